"""What Prometheus answers about security and the edge, and what the platform logged.

The platform goes on while it is asked, so every counter must lie between what the logs
said before and what they say afterwards; what stands still must be exact.
"""

import ipaddress
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from sightline.demo import places
from sightline.model import monitoring, names
from support import projects

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("stack")]

Series = tuple[str, frozenset[tuple[str, str]]]
PATIENCE_SECONDS = 20.0
SECURITY_PANELS = (
    "failed_logins",
    "failed_logins_by_reason",
    "logins_from_unusual_countries",
    "brute_force_blocked_ips",
    "waf_blocks",
    "api_abuse",
    "suspicious_ips",
    "security_violations",
)
EDGE_PANELS = (
    "cdn_request_rate",
    "cdn_request_rate_by_status",
    "cdn_request_rate_by_country",
    "cdn_hit_ratio",
    "cdn_bandwidth",
    "cdn_edge_error_ratio",
    "cdn_origin_error_ratio",
    "cdn_edge_latency_p95",
    "cdn_origin_latency_p95",
)
COUNTERS = (
    "auth_login_success_total",
    "auth_login_failed_total",
    "auth_login_failed_by_network_total",
    "waf_blocked_requests_total",
    "rate_limit_hits_total",
    "suspicious_ip_hits_total",
    "security_policy_violations_total",
    "cdn_requests_total",
    "cdn_sent_bytes_total",
    "cdn_origin_requests_total",
    "cdn_request_duration_seconds_count",
    "cdn_origin_duration_seconds_count",
)


def ask(stack: projects.Project, query: str) -> list[tuple[Mapping[str, str], float]]:
    url = f"{stack.url_of('prometheus')}/api/v1/query"
    answer = httpx.get(url, params={"query": query}).json()
    assert answer["status"] == "success", answer
    return [
        (found["metric"], float(found["value"][1]))
        for found in answer["data"]["result"]
    ]


def counted(stack: projects.Project) -> Counter[Series]:
    """Gives what Prometheus has counted; series at 0 are left out."""
    query = f'{{job="collectors",__name__=~"{"|".join(COUNTERS)}"}}'
    found: Counter[Series] = Counter()
    for metric, number in ask(stack, query):
        own = {name: text for name, text in metric.items() if name not in _ADDED}
        if number:
            found[metric["__name__"], frozenset(own.items())] = round(number)
    return found


_ADDED = {"__name__", "job", "instance", "service", "team"}


def logged(stack: projects.Project) -> Counter[Series]:
    """Counts the platform's own logs, line by line."""
    found: Counter[Series] = Counter()
    for event in _events(stack.root):
        for name, amount, labels in _meaning(event):
            found[name, frozenset(labels.items())] += amount
    return found


def _events(root: Path) -> Iterator[Mapping[str, object]]:
    for path in root.rglob("events/*.log*"):
        for line in path.read_text().splitlines():
            yield json.loads(line)


def _meaning(
    event: Mapping[str, object],
) -> Iterator[tuple[str, int, dict[str, str]]]:
    client, outcome = str(event.get("client", "")), event.get("outcome")
    if event["event"] == "login":
        yield from _login_meaning(event, client)
    if outcome == "blocked":
        labels = {name: str(event[name]) for name in ("rule_id", "attack_type")}
        yield "waf_blocked_requests_total", 1, labels
    if outcome == "limited":
        yield "rate_limit_hits_total", 1, {}
    if outcome == "violation":
        yield "security_policy_violations_total", 1, {"policy": str(event["policy"])}
    if outcome is not None and event["event"] == "request" and client:
        for name, network in places.BAD_NETWORKS.items():
            if ipaddress.ip_address(client) in ipaddress.ip_network(network):
                yield "suspicious_ip_hits_total", 1, {"list": name}
    if "status" in event:
        yield from _edge_meaning(event, client)


def _login_meaning(
    event: Mapping[str, object], client: str
) -> Iterator[tuple[str, int, dict[str, str]]]:
    if event["outcome"] == "succeeded":
        yield "auth_login_success_total", 1, {"country": _country(client)}
        return
    yield "auth_login_failed_total", 1, {"reason": str(event["reason"])}
    if client:
        network = str(ipaddress.ip_network(f"{client}/24", strict=False))
        yield "auth_login_failed_by_network_total", 1, {"network": network}


def _edge_meaning(
    event: Mapping[str, object], client: str
) -> Iterator[tuple[str, int, dict[str, str]]]:
    status = f"{str(event['status'])[0]}xx"
    if event["event"] == "origin_request":
        yield "cdn_origin_requests_total", 1, {"status": status}
        yield "cdn_origin_duration_seconds_count", 1, {}
        return
    pop = {"pop": str(event["pop"])}
    cache = {"cache": str(event["cache"])}
    country = {"country": _country(client)}
    yield "cdn_requests_total", 1, pop | cache | country | {"status": status}
    yield "cdn_sent_bytes_total", int(str(event["sent_bytes"])), pop
    yield "cdn_request_duration_seconds_count", 1, pop


def _country(client: str) -> str:
    found = places.country_of(client) if client else places.ELSEWHERE
    return "unknown" if found == places.ELSEWHERE else found


def test_prometheus_has_counted_what_the_platform_logged(
    stack: projects.Project,
) -> None:
    gateway = stack.url_of("api-gateway-1")
    for path in ("/.env", "/api/search?category=%27%20or%201=1"):
        assert httpx.get(gateway + path).status_code == 403
    before = logged(stack)
    until = time.monotonic() + PATIENCE_SECONDS
    while before - (found := counted(stack)) and time.monotonic() < until:
        time.sleep(0.2)
    after = logged(stack)

    assert before - found == Counter()  # nothing that was logged is missing
    assert found - after == Counter()  # and nothing was counted that was not logged
    names_seen = {name for name, _ in found}
    assert {"waf_blocked_requests_total", "auth_login_success_total"} <= names_seen
    assert {"cdn_requests_total", "cdn_sent_bytes_total"} <= names_seen


def test_locked_addresses_are_counted_once_each(stack: projects.Project) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        events = _events(stack.root)
        locked = {one["client"] for one in events if one["event"] == "address_locked"}
        found = ask(stack, 'auth_blocked_ips{job="collectors"}')
        if [number for _, number in found] == [len(locked)]:
            return
        assert time.monotonic() < until, (found, locked)
        time.sleep(0.2)


@pytest.mark.parametrize("signal", [*SECURITY_PANELS, *EDGE_PANELS])
def test_every_panel_of_security_and_the_edge_has_a_number(
    stack: projects.Project, skillancer: monitoring.Monitoring, signal: str
) -> None:
    query = skillancer.signals[names.SignalName(signal)].query
    until = time.monotonic() + PATIENCE_SECONDS
    while not (found := ask(stack, query)) and time.monotonic() < until:
        time.sleep(0.2)
    assert all(number >= 0 for _, number in found)
    assert found
