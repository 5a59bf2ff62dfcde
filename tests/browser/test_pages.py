"""The pages that Grafana lacks, on a real Prometheus and a real Alertmanager."""

from collections.abc import Iterator, Mapping

import pytest
from playwright import async_api as playwright

from sightline.model import monitoring
from sightline.stack import plot_library
from sightline.stack.acquire import binaries as acquiring
from support import consoles

pytestmark = [
    pytest.mark.browser,
    pytest.mark.integration,
    pytest.mark.asyncio(loop_scope="session"),
]

ALERT = "/alerts/HighErrorRate?service=billing"
PAGES = (
    "/",
    "/d",
    "/d/gallery",
    "/alerts",
    ALERT,
    "/slos",
    "/slos/gateway-availability",
    "/inbox",
    "/catalogue",
    "/runbooks",
    "/runbooks/high-error-rate",
)


@pytest.fixture(scope="module")
def watching(
    tmp_path_factory: pytest.TempPathFactory,
    acquired: Mapping[str, acquiring.Binary],
    skillancer: monitoring.Monitoring,
) -> Iterator[consoles.Gallery]:
    """A console on the shipped build; HighErrorRate fires for billing."""
    plot_library.ensure()
    folder = tmp_path_factory.mktemp("watching")
    with consoles.shipped_console(folder, acquired, skillancer) as shown:
        yield shown


async def test_now_says_what_is_wrong_and_what_to_do(
    page: playwright.Page, watching: consoles.Gallery
) -> None:
    await page.goto(watching.url)
    verdict = page.locator("#verdict")
    await playwright.expect(verdict).to_have_text("1 alert is firing, P0")
    first = page.locator("#alerts .alert").first
    assert "billing: 7% fail" in await first.inner_text()
    await playwright.expect(first.locator(".first-checks li").first).to_be_visible()
    told = page.locator("#pages .channel")
    assert set(await told.all_inner_texts()) == {"PagerDuty", "Webhook", "E-mail"}
    lines = page.locator("#lines li")
    await playwright.expect(lines).to_have_count(5, timeout=20_000)
    assert "Budgets at risk" in await page.locator("#budgets-title").inner_text()
    risky = page.locator("#budgets li").first
    await playwright.expect(risky).to_contain_text("-10% left")


async def test_an_alert_is_taken_apart_to_numbers(
    page: playwright.Page, watching: consoles.Gallery
) -> None:
    await page.goto(watching.url + ALERT)
    ratio = page.locator(".operand-recorded", has_text="service:errors:ratio").first
    await playwright.expect(ratio.locator("[data-value]").first).to_have_attribute(
        "data-value", "0.07"
    )
    assert await page.locator(".operand .holds").count() == 3
    facts = await page.locator(".pairs").inner_text()
    # 15 s between scrapes, 1 s between evaluations, no wait, 1 s to deliver.
    assert "Worst case to page\n17s" in facts
    assert "page → Webhook, after 0s, again every 1h" in facts
    assert "proven" in facts
    curve = page.locator(".embedded .panel-title")
    await playwright.expect(curve).to_have_text("service:errors:ratio > 0.05")
    await playwright.expect(page.locator("td .state-firing")).to_be_visible()


async def test_every_rule_is_listed_with_its_way_to_people(
    page: playwright.Page, watching: consoles.Gallery
) -> None:
    await page.goto(f"{watching.url}/alerts")
    row = page.locator('[data-rule="LatencyElevated"]')
    await playwright.expect(row).to_contain_text("refuted")
    cells = await row.locator("td").all_inner_texts()
    assert [cell.strip() for cell in cells[2:5]] == ["30m", "31m 17s", "Webhook"]


async def test_objectives_show_budget_burn_and_both_periods(
    page: playwright.Page, watching: consoles.Gallery
) -> None:
    await page.goto(f"{watching.url}/slos")
    row = page.locator('[data-slo="gateway-availability"]')
    await playwright.expect(row.locator(".budget")).to_contain_text("42.0%")
    assert "▲ 1.6" in await row.inner_text()
    await row.get_by_role("link").click()
    await playwright.expect(page.locator(".pairs")).to_contain_text("This month")
    await playwright.expect(page.locator(".embedded canvas").first).to_be_visible()


async def test_catalogue_finds_what_reads_a_metric(
    page: playwright.Page, watching: consoles.Gallery
) -> None:
    await page.goto(f"{watching.url}/catalogue?q=http_error_ratio")
    signal = page.locator('[data-signal="http_error_ratio"]')
    await playwright.expect(signal).to_be_visible()
    text = await signal.inner_text()
    assert {"HighErrorRate P0", "ErrorRateElevated P2", "high-error-rate"} <= set(
        text.split("\n")
    )
    await signal.get_by_role("link", name="high-error-rate", exact=True).click()
    await page.wait_for_url("**/runbooks/high-error-rate")


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_scrolls_sideways_on_a_phone(
    page: playwright.Page, watching: consoles.Gallery, path: str
) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(watching.url + path)
    await page.wait_for_load_state("networkidle")
    width = await page.evaluate("() => document.documentElement.scrollWidth")
    assert width == 390
