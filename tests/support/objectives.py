"""Objectives for tests: everything has a sensible value, name only what matters."""

from decimal import Decimal
from typing import Any

from sightline.model import monitoring, names, signals, slos
from support import builders

REQUESTS = slos.AvailabilitySli(
    bad='http_requests_total{service="api",status=~"5.."}',
    total='http_requests_total{service="api"}',
)


def objective(name: str = "x", **changes: Any) -> slos.Objective:
    fields: dict[str, Any] = {
        "name": names.SloName(name),
        "title": "Requests that the API answers",
        "description": "",
        "service": names.ServiceName("api"),
        "team": names.TeamName("platform"),
        "target": slos.Target.parse("99.9%"),
        "sli": REQUESTS,
        "measured_at": "the service itself",
        "operation": None,
        "period": builders.duration("30d"),
        "zone": "UTC",
        "highest_priority": signals.Priority.P0,
        "reported_only": False,
        "counts_births": False,
        "depends_on": (),
        "span": builders.SPAN,
    }
    return slos.Objective(**(fields | changes))


def service_levels(*declared: slos.Objective, **changes: Any) -> slos.ServiceLevels:
    return slos.ServiceLevels(objectives={one.name: one for one in declared}, **changes)


def declaration(*declared: slos.Objective, **changes: Any) -> monitoring.Monitoring:
    """Gives a monitoring with these objectives and nothing else."""
    return builders.declaration(service_levels=service_levels(*declared, **changes))


def target(text: str) -> slos.Target:
    return slos.Target.parse(text)


def availability(bad: str, total: str) -> slos.AvailabilitySli:
    return slos.AvailabilitySli(bad=bad, total=total)


def good_total(good: str, total: str) -> slos.GoodTotalSli:
    return slos.GoodTotalSli(good=good, total=total)


def latency(threshold_seconds: str, matchers: str = "") -> slos.LatencySli:
    return slos.LatencySli(
        histogram=names.MetricName("http_request_duration_seconds"),
        matchers=matchers,
        threshold_seconds=Decimal(threshold_seconds),
    )
