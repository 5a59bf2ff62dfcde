"""Every panel type shows what Prometheus answers, or says why it cannot."""

import os
import re
import signal

import httpx
import pytest
from playwright import async_api as playwright

from support import consoles, gallery

pytestmark = [
    pytest.mark.browser,
    pytest.mark.integration,
    pytest.mark.asyncio(loop_scope="session"),
]


async def _open(page: playwright.Page, shown: consoles.Gallery) -> None:
    await page.goto(shown.dashboard)
    await page.wait_for_function(
        "() => { const all = [...document.querySelectorAll('.panel')];"
        " return all.length > 0 && all.every(p => p.dataset.state !== 'waiting'); }"
    )


def _panel(page: playwright.Page, title: str) -> playwright.Locator:
    heading = page.get_by_role("heading", name=title, exact=True, level=3)
    return page.locator(".panel").filter(has=heading)


def _ask(shown: consoles.Gallery, query: str) -> dict[str, float]:
    """Gives the answer at the end of the range, by the last label's text."""
    answer = httpx.get(
        f"{shown.prometheus}/api/v1/query",
        params={"query": query, "time": shown.end},
        trust_env=False,
    ).json()
    return {
        ([*row["metric"].values()] or [""])[-1]: float(row["value"][1])
        for row in answer["data"]["result"]
    }


@pytest.mark.parametrize(
    ("title", "query", "text"),
    [
        ("Requests", "sum(requests_rate)", "45 req/s"),
        ("Errors", "max(error_ratio)", "7.00%"),
        ("Memory", "memory_bytes", "1008 MiB"),
    ],
)
async def test_stat_shows_the_last_answer(
    page: playwright.Page, shown: consoles.Gallery, title: str, query: str, text: str
) -> None:
    await _open(page, shown)
    tile = _panel(page, title).locator(".tile-value")
    [expected] = _ask(shown, query).values()
    assert float(await tile.get_attribute("data-value") or "") == expected
    assert await tile.inner_text() == text


async def test_stat_names_each_of_many_series(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await _open(page, shown)
    tiles = _panel(page, "Latencies").locator(".tile")
    assert await tiles.all_inner_texts() == ["billing\n1.20 s", "web\n49.1 ms"]


async def test_a_bad_value_is_said_in_words_and_not_by_colour_alone(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await _open(page, shown)
    severity = _panel(page, "Errors").locator(".severity")
    assert re.sub(r"\s+", " ", await severity.inner_text()) == "◆ critical ≥ 5%"
    assert await _panel(page, "Requests").locator(".severity").count() == 0


async def test_gauge_says_its_value_to_those_who_do_not_see_it(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await _open(page, shown)
    arcs = _panel(page, "Error gauge").get_by_role("img")
    assert [await arc.get_attribute("aria-label") for arc in await arcs.all()] == [
        "billing: 7.00%, from 0% to 10%",
        "web: 0.200%, from 0% to 10%",
    ]


async def test_bar_gauge_has_one_bar_per_series(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await _open(page, shown)
    panel = _panel(page, "Queues")
    names = await panel.locator(".bar-name").all_inner_texts()
    values = [
        float(await value.get_attribute("data-value") or "")
        for value in await panel.locator(".bar-value").all()
    ]
    assert dict(zip(names, values, strict=True)) == _ask(shown, "queue_depth")


async def test_table_joins_its_queries_by_label(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await _open(page, shown)
    table = _panel(page, "Services").locator("table")
    assert await table.locator("thead th").all_inner_texts() == [
        "Service",
        "Rate",
        "Errors",
    ]
    rows = [
        [
            re.sub(r"\s+", " ", cell)
            for cell in await row.locator("th, td").all_inner_texts()
        ]
        for row in await table.locator("tbody tr").all()
    ]
    assert rows == [
        ["billing", "3 req/s", "◆ critical 7.00%"],
        ["web", "42 req/s", "0.200%"],
    ]


async def test_table_is_sorted_by_its_heads(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await _open(page, shown)
    panel = _panel(page, "Services")
    await panel.get_by_role("button", name="Rate").press("Enter")
    await panel.get_by_role("button", name="Rate").press("Enter")
    assert await panel.locator("tbody th").all_inner_texts() == ["web", "billing"]
    head = panel.locator("thead th").nth(1)
    assert await head.get_attribute("aria-sort") == "descending"


async def test_state_timeline_merges_equal_states(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await _open(page, shown)
    bands = _panel(page, "Up").get_by_role("img")
    assert [await band.get_attribute("aria-label") for band in await bands.all()] == [
        "billing: up for 7m 45s, down for 7m 15s, up for 45m",
        "web: up for 1h",
    ]


async def test_time_series_legend_has_the_last_values(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await _open(page, shown)
    entries = _panel(page, "Request rate").locator(".legend li")
    assert await entries.all_inner_texts() == [
        "billing\nLast: 3 req/s",
        "web\nLast: 42 req/s",
    ]
    assert await _panel(page, "Request rate").locator("canvas").count() == 1


async def test_legend_click_shows_one_series_alone(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await _open(page, shown)
    panel = _panel(page, "Request rate")
    await panel.get_by_role("button", name="billing").click()
    pressed = [
        await entry.get_attribute("aria-pressed")
        for entry in await panel.locator(".legend-entry").all()
    ]
    assert pressed == ["true", "false"]


async def test_cursor_keys_show_every_series_at_a_time(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await _open(page, shown)
    plot = _panel(page, "Request rate").locator(".plot")
    await plot.focus()
    await plot.press("ArrowLeft")
    rows = page.locator(".tooltip .tooltip-row")
    assert await rows.all_inner_texts() == ["web\n42 req/s", "billing\n3 req/s"]
    await plot.press("Escape")
    await playwright.expect(page.locator(".tooltip")).to_be_hidden()


async def test_drag_zooms_every_panel_and_the_address(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await _open(page, shown)
    box = await _panel(page, "Request rate").locator(".u-over").bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 40)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 60, steps=5)
    await page.mouse.up()
    await page.wait_for_url(lambda url: f"from={shown.start}000" not in url)
    begin, end = (int(match) for match in re.findall(r"(?:from|to)=(\d+)", page.url))
    assert begin / 1000 == pytest.approx(shown.start + 900, abs=30)
    assert end / 1000 == pytest.approx(shown.start + 2700, abs=30)


async def test_unknown_panel_type_says_so(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await _open(page, shown)
    panel = _panel(page, "Graph")
    assert await panel.get_attribute("data-state") == "unsupported"
    assert "Unsupported panel nodeGraph" in await panel.inner_text()


async def test_an_error_stays_in_its_panel(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await _open(page, shown)
    panel = _panel(page, "Broken")
    assert await panel.get_attribute("data-state") == "failed"
    assert "parse error" in await panel.inner_text()
    assert await page.locator('.panel[data-state="failed"]').count() == 1


async def test_a_query_without_an_answer_says_no_data(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await _open(page, shown)
    assert "No data" in await _panel(page, "Nothing").inner_text()


async def test_hostile_labels_and_markdown_stay_text(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await _open(page, shown)
    names = await _panel(page, "Hostile").locator(".legend-name").all_text_contents()
    assert sorted(names) == sorted(gallery.HOSTILE_LABELS)
    prose = page.locator(".panel-text .prose")
    assert "<script>window.hacked=1</script>" in await prose.inner_text()
    assert await prose.locator("a").count() == 1
    assert await page.evaluate("() => window.hacked") is None


async def test_no_request_leaves_the_console(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await _open(page, shown)
    assert [url for url in asked if not url.startswith(shown.url)] == []


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_theme_follows_the_system_and_the_switch(
    page: playwright.Page, shown: consoles.Gallery, theme: str
) -> None:
    other = {"dark": "light", "light": "dark"}[theme]
    await page.emulate_media(color_scheme="light" if theme == "light" else "dark")
    await _open(page, shown)
    root = page.locator("html")
    assert await root.get_attribute("data-theme") == theme
    await page.get_by_role("button", name=f"Use the {other} theme").click()
    assert await root.get_attribute("data-theme") == other


async def test_narrow_screen_does_not_scroll_sideways(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await _open(page, shown)
    width = await page.evaluate("() => document.documentElement.scrollWidth")
    assert width == 390


async def test_without_the_plot_library_only_plots_are_missing(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await page.route("**/vendor/**", lambda route: route.fulfill(status=404))
    await _open(page, shown)
    assert "uPlot" in await _panel(page, "Request rate").inner_text()
    assert await _panel(page, "Requests").get_attribute("data-state") == "drawn"
    assert await _panel(page, "Services").get_attribute("data-state") == "drawn"


async def test_prometheus_that_does_not_answer_is_said_in_each_panel(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await _open(page, shown)
    os.kill(shown.prometheus_pid, signal.SIGKILL)
    await page.get_by_role("button", name="Refresh now").click()
    requests = _panel(page, "Requests")
    await playwright.expect(requests).to_have_attribute("data-state", "failed")
    assert "Prometheus does not answer" in await requests.inner_text()
    # What needs no query lives on.
    assert await page.locator(".panel-text").get_attribute("data-state") == "drawn"
