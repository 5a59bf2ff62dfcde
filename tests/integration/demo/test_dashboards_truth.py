"""The eight panels of the Executive dashboard against what the platform did.

A platform without users, watched by a real Prometheus: everything that happens, this
test does, so that almost every number is known exactly.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

import httpx
import pytest

from sightline.model import monitoring
from sightline.stack.acquire import binaries
from support import ground_truth, reference_platform

pytestmark = pytest.mark.integration

Platform = reference_platform.Platform
wait_for = reference_platform.wait_for

JOB = {"client_id": 5, "title": "Draw", "category": "design", "budget_minor": 100}
FINE, FAILED = 60, 5


@pytest.fixture(scope="module")
def watched(
    tmp_path_factory: pytest.TempPathFactory,
    acquired: Mapping[str, binaries.Binary],
    skillancer: monitoring.Monitoring,
) -> Iterator[Platform]:
    declared = {
        name: replace(service, expected_replicas=1)
        for name, service in skillancer.services.items()
    }
    root = tmp_path_factory.mktemp("watched")
    with reference_platform.run_platform(
        root, acquired, declared, watched_by=skillancer
    ) as started:
        yield started


@pytest.fixture(scope="module")
def panels(watched: Platform) -> Mapping[str, tuple[str, ...]]:
    """The queries of the panels, from the file that Grafana gets."""
    file = watched.site.layout.build / "grafana/dashboards/executive.json"
    return {
        panel["title"]: tuple(target["expr"] for target in panel["targets"])
        for panel in json.loads(file.read_text())["panels"]
        if panel["type"] != "row"
    }


def answer(watched: Platform, expr: str) -> dict[str, float]:
    """Gives what Prometheus answers now, by the currency where there is one."""
    url = watched.site.url_of("prometheus") + "/api/v1/query"
    result = httpx.get(url, params={"query": expr}).json()["data"]["result"]
    return {one["metric"].get("currency", ""): float(one["value"][1]) for one in result}


def test_every_executive_panel_shows_what_the_platform_did(
    watched: Platform,
    panels: Mapping[str, tuple[str, ...]],
) -> None:
    def shown(title: str, query: int = 0) -> dict[str, float]:
        return answer(watched, panels[title][query])

    # From here on every request is seen by a scrape before and one after it.
    wait_for(lambda: shown("NPS Score", 1) == {"": 240})
    wait_for(lambda: answer(watched, 'up{instance="api-gateway-1"}') == {"": 1})
    posted = ground_truth.ask_table(watched, POSTED)[""]
    booked = ground_truth.read_ledger(watched)

    for number in (7, 7, 8):  # three sessions of two users
        email, password = f"user{number}@example.com", f"password-{number}"
        watched.ask("POST", "/api/login", {"email": email, "password": password})
    for _ in range(2):
        watched.ask("POST", "/api/jobs", JOB)
    payments = [watched.pay().json()["payment_id"] for _ in range(3)]
    watched.refund(payments[0])
    for _ in range(FINE - 8):
        watched.ask("GET", "/api/jobs/17")
    watched.break_with("payment-failing")
    paid = 2
    while watched.pay().status_code != 502:  # until the provider obeys the fault
        paid += 1
    wait_for(lambda: shown("Error Rate").get("", -1) >= 0)
    for _ in range(FAILED - 1):
        watched.pay()
    watched.clear()

    truth = {**booked, "USD": booked["USD"] + paid * 990}
    assert ground_truth.read_ledger(watched) == truth
    in_major_units = {one: amount / 100 for one, amount in truth.items()}
    wait_for(lambda: shown("Revenue (MTD)") == in_major_units)
    wait_for(lambda: shown("Jobs Posted (Today)") == {"": posted + 2})
    wait_for(lambda: shown("Active Users") == {"": 2})
    wait_for(lambda: shown("Daily Active Users") == {"": 2})
    assert shown("Contracts Active") == {"": 750}
    assert shown("NPS Score") == {"": pytest.approx(100 * (144 - 32) / 240)}
    assert shown("Uptime") == {"": 1}
    # The first failure may be the birth of its series, which no rate can see.
    asked = FINE + paid - 2 + FAILED
    low, high = 0.9 * (FAILED - 1) / asked, 1.2 * (FAILED + 1) / asked
    wait_for(lambda: low <= shown("Error Rate")[""] <= high)


POSTED = (
    "SELECT '', count(*) FROM jobs"
    " WHERE created_at >= date_trunc('day', now(), 'America/New_York')"
)
