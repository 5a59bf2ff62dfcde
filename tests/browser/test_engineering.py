"""The shipped Engineering dashboard on the whole running stack."""

from pathlib import Path

import pytest
from playwright import async_api as playwright

from support import projects

pytestmark = [
    pytest.mark.browser,
    pytest.mark.integration,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("stack"),
]

PICTURE = Path(__file__).parents[2] / "docs/images/engineering.png"
PATIENCE_MILLISECONDS = 60_000
SERVICES = {
    "api-gateway": 3,
    "auth-svc": 3,
    "market-svc": 3,
    "skillpod-svc": 2,
    "billing-svc": 2,
    "notification-svc": 2,
}
GUIDE_PANELS = [
    "Service Health Grid",
    "Request Rate",
    "Error Rate",
    "Response Time (p50)",
    "Response Time (p95)",
    "Response Time (p99)",
    "CPU Usage",
    "Memory Usage",
    "Database Connections",
    "Redis Memory",
    "Database Latency",
    "Queue Depth",
]

_ALL_DRAWN = """(titles) => {
  const drawn = [...document.querySelectorAll(".panel")]
    .filter((panel) => panel.dataset.state === "drawn")
    .map((panel) => panel.querySelector(".panel-title")?.textContent);
  return titles.every((title) => drawn.includes(title));
}"""


@pytest.fixture(scope="session")
def url(stack: projects.Project) -> str:
    """The console's address."""
    return stack.url_of("console")


async def _open(page: playwright.Page, url: str) -> None:
    await page.goto(f"{url}/d/engineering?from=now-5m&to=now&refresh=5s")
    await page.wait_for_function(
        _ALL_DRAWN, arg=GUIDE_PANELS, timeout=PATIENCE_MILLISECONDS
    )


async def test_every_panel_of_the_guide_has_data(
    page: playwright.Page, url: str
) -> None:
    await _open(page, url)
    titles = await page.locator(".panel-title").all_text_contents()
    assert set(GUIDE_PANELS) <= set(titles)


async def test_health_grid_counts_the_replicas_of_every_service(
    page: playwright.Page, url: str
) -> None:
    await _open(page, url)
    rows = page.locator("#panel-2 tbody tr")
    found = {
        await row.locator("th").inner_text(): await row.locator("td").first.inner_text()
        for row in await rows.all()
    }
    expected = {name: str(count) for name, count in SERVICES.items()}
    assert expected.items() <= found.items()


async def test_gauge_shows_what_prometheus_answers(
    page: playwright.Page, url: str
) -> None:
    await _open(page, url)
    title = page.get_by_role("heading", name="Database Connections", exact=True)
    gauge = page.locator(".panel").filter(has=title).locator("[data-value]")
    shown = float(await gauge.get_attribute("data-value") or "")
    answer = await page.request.get(
        f"{url}/api/prometheus/api/v1/query?query=instance:pg_connections:ratio"
    )
    [row] = (await answer.json())["data"]["result"]
    # Connections come and go between the two questions.
    assert shown == pytest.approx(float(row["value"][1]), abs=0.1)


async def test_dashboard_looks_as_in_the_readme(
    page: playwright.Page,
    url: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    await page.set_viewport_size({"width": 1440, "height": 1240})
    await _open(page, url)
    wanted = request.config.getoption("--update-golden")
    picture = PICTURE if wanted else tmp_path / "engineering.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=picture)
    assert picture.stat().st_size > 50_000
