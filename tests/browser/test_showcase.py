"""What public dashboards use beyond our own: shown right, or named as unsupported."""

import asyncio
import csv
import io
import json
import re
from pathlib import Path
from typing import Literal

import pytest
from playwright import async_api as playwright

from support import consoles, gallery

pytestmark = [
    pytest.mark.browser,
    pytest.mark.integration,
    pytest.mark.asyncio(loop_scope="session"),
]

Theme = Literal["dark", "light"]

_SETTLED = """() => {
  const all = [...document.querySelectorAll(".panel")];
  return all.length > 0 && all.every((panel) =>
    panel.dataset.state !== "waiting" && !panel.classList.contains("loading"));
}"""


async def _open(page: playwright.Page, shown: consoles.Gallery, more: str = "") -> None:
    address = f"{shown.url}/d/showcase?from={shown.start}000&to={shown.end}000{more}"
    await page.goto(address)
    await page.wait_for_function(_SETTLED)


def _panel(page: playwright.Page, title: str) -> playwright.Locator:
    heading = page.get_by_role("heading", name=title, exact=True, level=3)
    return page.locator(".panel").filter(has=heading)


async def _numbers(found: playwright.Locator) -> list[float]:
    read = "all => all.map(one => Number(one.dataset.value))"
    numbers: list[float] = await found.evaluate_all(read)
    return numbers


async def test_every_type_shows_its_numbers_and_the_rest_is_named(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await _open(page, shown, "&var-factor=2")
    await _check_states(page)
    await _check_numbers(page, shown)
    await _check_table(page)


async def _check_states(page: playwright.Page) -> None:
    states = {
        await one.locator(".panel-title").inner_text(): await one.get_attribute(
            "data-state"
        )
        for one in await page.locator(".panel").all()
    }
    undrawn = {title: state for title, state in states.items() if state != "drawn"}
    assert undrawn == {
        "Foreign": "unsupported",
        "Broken fields": "empty",
        "": "unsupported",
    }
    assert await page.locator(".panel canvas").count() == 5


async def _check_numbers(page: playwright.Page, shown: consoles.Gallery) -> None:
    bars = _panel(page, "Bar chart").locator(".bar")
    assert sorted(await _numbers(bars)) == [20, 411, 1300]
    slices = _panel(page, "Pie").locator(".slice")
    assert await _numbers(slices) == [1300, 411, 20]
    assert "75.1% · 1300" in await _panel(page, "Pie").locator("li").first.inner_text()
    cells = _panel(page, "History").locator(".states-span")
    assert len(await _numbers(cells)) > 100
    spread = await _numbers(_panel(page, "Spread").locator(".bar"))
    assert sum(spread) == len(range(shown.start, shown.end + 1, gallery.STEP))
    assert await _panel(page, "Lines").locator("li").count() > 100
    assert "No alert." in await _panel(page, "Alerts").inner_text()
    old = _panel(page, "Old stat").locator(".tile-value")
    assert await old.inner_text() == "45 req/s"


async def _check_table(page: playwright.Page) -> None:
    """It is transformed, filtered, summed and linked."""
    table = _panel(page, "Reduced").locator("table")
    heads = table.locator("thead th")
    assert await heads.all_inner_texts() == ["Field", "max", "mean", "Twice"]
    row = table.locator("tbody tr", has_text="web").first
    assert (await row.locator("td").last.inner_text()).strip() == "92"
    link = row.get_by_role("link").first
    assert (await link.get_attribute("href") or "").endswith("var-service=web")
    await table.get_by_label("Filter Field").fill("bil")
    await playwright.expect(table.locator("tbody tr")).to_have_count(2)
    assert "Total" in await table.locator("tfoot").inner_text()


async def test_variables_chain_repeat_and_stay_in_the_address(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await _open(page, shown)
    titles = await page.locator(".panel-stat .panel-title").all_text_contents()
    assert titles[:2] == ["Repeated billing", "Repeated web"]
    chained = page.locator('[data-variable="chained"]')
    assert await chained.locator(".menu-item").all_text_contents() == ["billing", "web"]
    await page.locator('[data-variable="service"] summary').click()
    await page.locator('[data-variable="service"] label', has_text="billing").click()
    await playwright.expect(page.locator(".panel-stat")).to_have_count(2)
    assert re.search(r"var-service=billing(&|$)", page.url)
    await page.wait_for_function(_SETTLED)
    assert await chained.locator(".menu-item").all_text_contents() == ["billing"]
    assert await page.locator('[data-variable-text="words"]').input_value() == "hello"


async def test_a_panel_alone_is_inspected_and_saved(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await _open(page, shown, "&viewPanel=9")
    assert await page.locator(".panel").count() == 1
    panel = _panel(page, "Shares")
    await panel.get_by_label("Menu of Shares").focus()
    await page.keyboard.press("Enter")
    await panel.get_by_role("button", name="Inspect").click()
    dialog = page.get_by_role("dialog")
    assert "requests_rate" in await dialog.inner_text()
    async with page.expect_download() as waiting:
        await dialog.get_by_role("button", name="Download CSV").click()
    saved = await (await waiting.value).path()
    text = await asyncio.to_thread(saved.read_text)
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][0] == "Time"
    assert set(rows[0][1:]) == {"billing", "web"}
    assert len(rows) == 242
    await page.keyboard.press("Escape")
    await playwright.expect(dialog).to_have_count(0)


async def test_zone_and_wall_display_are_chosen_by_address_and_by_hand(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await _open(page, shown, "&timezone=America/New_York&kiosk")
    assert not await page.locator("header.site").is_visible()
    lines = _panel(page, "Lines").locator("time").first
    hour = int((await lines.inner_text())[11:13])
    await page.keyboard.press("Escape")
    await playwright.expect(page.locator("header.site")).to_be_visible()
    await page.locator("details.range > summary").click()
    await page.get_by_label("Time zone").select_option("utc")
    await page.wait_for_function(_SETTLED)
    assert int((await lines.inner_text())[11:13]) == (hour + 5) % 24


async def test_a_malformed_dashboard_says_what_is_wrong(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await page.goto(f"{shown.url}/d/malformed")
    message = page.locator(".message-failed")
    await playwright.expect(message).to_contain_text("the file of dashboard")
    assert await page.locator("header.site").is_visible()


async def test_native_and_classic_histograms_give_the_same_cells(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await page.goto(f"{shown.url}/runbooks")
    found = await page.evaluate(
        """async () => {
          const { findCells, readHistograms } =
            await import("/static/viewer/histograms.js");
          const native = [{ labels: {}, histograms: readHistograms([[10,
            { count: "5", sum: "1", buckets: [[0, "0", "1", "3"], [0, "1", "2", "2"]] },
          ]]) }];
          const classic = [["1", 3], ["2", 5]].map(([le, sum]) =>
            ({ labels: { le }, times: [10], values: [sum] }));
          return [findCells(native), findCells(classic)];
        }"""
    )
    assert found[0] == found[1]
    assert [cell["count"] for cell in found[0]["cells"]] == [3, 2]


async def test_ten_thousand_series_are_cut_with_a_word(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    rows = [
        {"metric": {"n": str(n)}, "values": [[shown.start, "1"], [shown.end, "2"]]}
        for n in range(10_000)
    ]
    body = json.dumps(
        {"status": "success", "data": {"resultType": "matrix", "result": rows}}
    )
    await page.route(
        "**/query_range", lambda route: route.fulfill(body=body, status=200)
    )
    await _open(page, shown, "&viewPanel=9")
    warning = _panel(page, "Shares").locator(".panel-warning")
    assert await warning.inner_text() == "300 of 10000 series are shown."


async def test_a_part_of_the_answer_is_shown_with_the_warning(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    row = {"metric": {}, "values": [[shown.start, "1"], [shown.end, "2"]]}
    body = {
        "status": "success",
        "data": {"resultType": "matrix", "result": [row]},
        "warnings": ["one store did not answer"],
    }
    await page.route(
        "**/query_range",
        lambda route: route.fulfill(body=json.dumps(body), status=200),
    )
    await _open(page, shown, "&viewPanel=9")
    panel = _panel(page, "Shares")
    assert await panel.get_attribute("data-state") == "drawn"
    assert "one store did not answer" in await panel.inner_text()


async def test_the_published_sample_is_shown_or_named(
    page: playwright.Page, shown: consoles.Gallery, shared_data: Path
) -> None:
    sample = json.loads((shared_data / "sample-dashboard.json").read_text())
    answer = {"dashboard": sample, "scrape_interval_seconds": 15}
    await page.route(
        "**/api/dashboards/sample", lambda route: route.fulfill(json=answer)
    )
    await page.goto(f"{shown.url}/d/sample")
    await page.wait_for_function(_SETTLED)
    assert await page.locator('.panel[data-state="failed"]').count() == 0
    unsupported = page.locator('.panel[data-state="unsupported"] strong')
    assert set(await unsupported.all_inner_texts()) == {"Unsupported data source"}


async def test_a_slow_query_holds_up_its_own_panel_alone(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    released = asyncio.Event()

    async def delay(route: playwright.Route) -> None:
        if "queue_depth" in (route.request.post_data or ""):
            await released.wait()
        await route.continue_()

    await page.route("**/query*", delay)
    await page.goto(f"{shown.url}/d/showcase?from={shown.start}000&to={shown.end}000")
    other = _panel(page, "Old stat")
    await playwright.expect(other).to_have_attribute("data-state", "drawn")
    slow = _panel(page, "Pie")
    assert await slow.get_attribute("data-state") == "waiting"
    assert "loading" in (await slow.get_attribute("class") or "")
    released.set()
    await playwright.expect(slow).to_have_attribute("data-state", "drawn")


async def test_a_restart_of_prometheus_is_over_with_the_next_refresh(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    reason = "Prometheus does not answer: ConnectError. The query was not run."
    body = {"status": "error", "error": reason}
    await page.route(
        "**/api/prometheus/**",
        lambda route: route.fulfill(status=502, body=json.dumps(body)),
    )
    await _open(page, shown)
    # The variables cannot be read either, and that is said once, above the panels.
    trouble = page.locator(".trouble")
    assert "Not everything could be read" in await trouble.inner_text()
    assert reason in await _panel(page, "Old stat").inner_text()
    await page.unroute("**/api/prometheus/**")
    await page.get_by_role("button", name="Refresh now").click()
    old = _panel(page, "Old stat")
    await playwright.expect(old).to_have_attribute("data-state", "drawn")
    await playwright.expect(trouble).to_be_hidden()


_BOXES = """() => [...document.querySelectorAll(".panel")].map((panel) => {
  const { left, right, top, bottom } = panel.getBoundingClientRect();
  const title = panel.querySelector(".panel-title").textContent;
  const blank = [...panel.querySelectorAll("canvas")].some((canvas) =>
    !canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
      .data.some((part) => part > 0));
  return { title, left, right, top, bottom, blank };
})"""


@pytest.mark.parametrize(("theme", "width"), [("dark", 1440), ("light", 390)])
async def test_panels_stand_beside_one_another_and_none_is_blank(
    page: playwright.Page, shown: consoles.Gallery, theme: Theme, width: int
) -> None:
    await page.emulate_media(color_scheme=theme)
    await page.set_viewport_size({"width": width, "height": 900})
    await page.goto(shown.dashboard)
    await page.wait_for_function(_SETTLED)
    boxes = await page.evaluate(_BOXES)
    assert [one["title"] for one in boxes if one["blank"]] == []
    assert all(0 <= one["left"] < one["right"] <= width for one in boxes)
    overlapping = [
        (one["title"], other["title"])
        for at, one in enumerate(boxes)
        for other in boxes[at + 1 :]
        if one["left"] < other["right"] - 1
        and other["left"] < one["right"] - 1
        and one["top"] < other["bottom"] - 1
        and other["top"] < one["bottom"] - 1
    ]
    assert overlapping == []
