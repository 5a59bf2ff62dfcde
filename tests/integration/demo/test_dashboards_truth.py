"""The panels of the Executive and the Security dashboard against what happened.

A platform without users, watched by a real Prometheus: everything that happens, these
tests do, so that almost every number is known exactly.
"""

import json
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from concurrent import futures
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from sightline.model import monitoring
from sightline.stack import edge_certificate
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
        # From here on a scrape sees everything at 0 before it counts, and one after it.
        for expr in ('up{instance="api-gateway-1"} == 1', "rate_limit_hits_total"):
            wait_for(lambda expr=expr: answer(started, expr) != {})  # type: ignore[misc]  # a default argument has no type
        yield started


def queries_of(watched: Platform, dashboard: str) -> Mapping[str, tuple[str, ...]]:
    """Gives the queries of the panels, from the file that Grafana gets."""
    file = watched.site.layout.build / f"grafana/dashboards/{dashboard}.json"
    return {
        panel["title"]: tuple(target["expr"] for target in panel["targets"])
        for panel in json.loads(file.read_text())["panels"]
        if panel["type"] != "row"
    }


def answer(
    watched: Platform, expr: str, label: str = "", at: float | None = None
) -> dict[str, float]:
    """Gives what Prometheus answers, now if not at a time, by a label of the series."""
    url = watched.site.url_of("prometheus") + "/api/v1/query"
    asked = {"query": expr} | ({} if at is None else {"time": repr(at)})
    result = httpx.get(url, params=asked).json()["data"]["result"]
    return {one["metric"].get(label, ""): float(one["value"][1]) for one in result}


def test_every_executive_panel_shows_what_the_platform_did(watched: Platform) -> None:
    panels = queries_of(watched, "executive")

    def shown(title: str, query: int = 0) -> dict[str, float]:
        return answer(watched, panels[title][query], "currency")

    wait_for(lambda: shown("NPS Score", 1) == {"": 240})
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

    truth = {**booked, "USD": booked.get("USD", 0) + paid * 990}
    assert ground_truth.read_ledger(watched) == truth
    in_major_units = {one: amount / 100 for one, amount in truth.items()}
    wait_for(lambda: shown("Revenue (MTD)") == in_major_units)
    wait_for(lambda: shown("Jobs Posted (Today)") == {"": posted + 2})
    wait_for(lambda: shown("Active Users") == {"": 2})
    wait_for(lambda: shown("Daily Active Users") == {"": 2})
    assert shown("Contracts Active") == {"": 750}
    assert shown("NPS Score") == {"": pytest.approx(100 * (144 - 32) / 240)}
    # Nothing was down; on a busy machine a probe may be answered too late.
    assert shown("Uptime") == {"": pytest.approx(1, abs=0.1)}
    # The first failure may be the birth of its series, which no rate can see.
    asked = FINE + paid - 2 + FAILED
    low, high = 0.9 * (FAILED - 1) / asked, 1.2 * (FAILED + 1) / asked
    wait_for(lambda: low <= shown("Error Rate")[""] <= high)


POSTED = (
    "SELECT '', count(*) FROM jobs"
    " WHERE created_at >= date_trunc('day', now(), 'America/New_York')"
)


GUESSER, VISITOR = "203.0.113.130", "203.0.113.140"
LISTED = {"hijacked": "203.0.113.200", "anonymisers": "203.0.113.230"}
BLOCKED = ("/.env", "/api/search?category=%27%20or%201=1", "/api/jobs/..%2f..%2fetc")
RATED = {  # panels of a rate a minute, and the events that they count
    "Failed Logins": {"event": "login", "outcome": "failed"},
    "Successful Logins": {"event": "login", "outcome": "succeeded"},
    "WAF Blocks": {"outcome": "blocked"},
    "API Abuse": {"outcome": "limited"},
}
WINDOW_SECONDS = 300


def attack(watched: Platform) -> None:
    """Guesses, scans, floods and visits, as nobody of the executive test does."""
    for number in range(12):
        log_in(watched, f"guess-{number}", GUESSER)
    log_in(watched, "password-7", VISITOR)
    for path in BLOCKED:
        assert watched.ask("GET", path, client=VISITOR).status_code == 403
    with futures.ThreadPoolExecutor(8) as together:  # 20 in ten seconds are let through
        list(together.map(lambda _: visit(watched, VISITOR), range(40)))
    for client in (*LISTED.values(), LISTED["hijacked"]):
        assert visit(watched, client) == 200
    leak = "/api/search?category=design&token=x"
    assert watched.ask("GET", leak, client=GUESSER).status_code == 400


def visit(watched: Platform, client: str) -> int:
    return watched.ask("GET", "/api/jobs/17", client=client).status_code


def log_in(watched: Platform, password: str, client: str) -> None:
    asked = {"email": "user7@example.com", "password": password}
    watched.ask("POST", "/api/login", asked, client=client)


def logged(
    watched: Platform, at: float, **fields: str
) -> list[Mapping[str, str | float]]:
    """Gives the events of the platform's own logs, within the panels' window."""
    events = [
        json.loads(line)
        for file in watched.root.rglob("events/*.log*")
        for line in file.read_text().splitlines()
    ]
    return [
        one
        for one in events
        if at - WINDOW_SECONDS < one["at"] <= at and fields.items() <= one.items()
    ]


def test_every_security_panel_shows_what_the_platform_logged(watched: Platform) -> None:
    panels = queries_of(watched, "security")

    def shown(title: str, at: float, label: str = "") -> dict[str, float]:
        (query,) = panels[title]
        return answer(watched, query, label, at)

    attack(watched)
    certificate = edge_certificate.certificate_of(watched.site.layout)

    def holds(at: float) -> bool:
        # A rate counts what it has seen, and reaches at most one scrape of two seconds
        # beyond that: by less than one event, for so few of them.
        return all(
            int(shown(title, at).get("", 0) * WINDOW_SECONDS / 60 + 1e-6)
            == len(logged(watched, at, **fields))
            for title, fields in RATED.items()
        )

    def last_scrape() -> float:
        return answer(watched, "max(timestamp(rate_limit_hits_total))")[""]

    wait_for(lambda: holds(last_scrape()))
    now = last_scrape()
    locked = {one["client"] for one in logged(watched, now, event="address_locked")}
    assert locked == {GUESSER}
    assert shown("Brute Force Attempts", now) == {"": 1}
    assert shown("Suspicious IPs", now, "list") == pytest.approx(
        {"hijacked": 2, "anonymisers": 1}, rel=0.01
    )
    assert shown("Security Violations", now, "policy") == pytest.approx(
        {"credentials_in_url": 1, "ended_session_used": 0}, rel=0.01
    )
    assert shown("Certificate Expiry", now, "target") == {
        "website": pytest.approx(end_of(certificate) - now, abs=0.01)
    }


def end_of(certificate: Path) -> float:
    """Gives the Unix time at which a certificate ends, as openssl reads it."""
    argv = ["openssl", "x509", "-enddate", "-noout", "-in", str(certificate)]
    said = subprocess.run(argv, capture_output=True, check=True, text=True).stdout  # noqa: S603 - a program of the system
    return ssl.cert_time_to_seconds(said.partition("=")[2].strip())
