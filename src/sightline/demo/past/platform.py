"""The whole past of the reference platform: traffic, objectives, resources, alerts."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sightline.demo.past import incidents, series, waves

__all__ = ["Objective", "Past", "describe", "recall"]

_FINE: Final = 60
_COARSE: Final = 240
"""Below the five minutes that a query looks back."""

_FINE_DAYS: Final = 35
"""Objectives need every minute of their 30 days; before that, less will do."""

_SEED: Final = 20_260_101
_TEAMS: Final[Mapping[str, str]] = {
    "api-gateway": "platform",
    "auth-svc": "identity",
    "market-svc": "marketplace",
    "skillpod-svc": "skillpods",
    "billing-svc": "payments",
    "notification-svc": "messaging",
}
_REQUESTS: Final[Mapping[str, float]] = {
    "api-gateway": 40.0,
    "auth-svc": 9.0,
    "market-svc": 22.0,
    "skillpod-svc": 6.0,
    "billing-svc": 2.5,
    "notification-svc": 4.0,
}
"""Per second, on a usual afternoon today."""

_ORDINARY_ERRORS: Final = 0.0002
_BASELINE_DAYS: Final = 33
_APART: Final = 3_600
"""At least between two incidents of a service, in seconds; alerts outlive theirs."""

_OUTAGE_BEFORE_END: Final = 4 * waves.DAY
_OUTAGE: Final = 2 * 3_600

_VERSIONS: Final = ("2.14.0", "2.15.0")
"""Of skillpod-svc, before and since it is slower."""

_GIBIBYTE: Final = float(1 << 30)
_DISK: Final = 200 * _GIBIBYTE
_LEAK_PER_DAY: Final = 1.1 * _GIBIBYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """An objective as it is recorded.

    Attributes:
        bad: the name of the series of bad events per second.
        total: the name of the series of valid events per second.
        budget: the share of events that may be bad.
    """

    name: str
    service: str
    bad: str
    total: str
    budget: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The facts that were planted, with their times in Unix seconds.

    Attributes:
        planned: what failed; every one is in the objectives and in the alerts.
        overrun: the incident that spent more than a month's budget by itself.
        baseline_at: since when skillpod-svc is slower, for good.
        full_at: when the leaking disk will be full.
        outage_at: since when Prometheus was down for two hours: nothing has samples.
    """

    start: int
    end: int
    planned: tuple[incidents.Incident, ...]
    overrun: incidents.Incident
    baseline_at: int
    full_at: float
    outage_at: int


def describe(end: int, days: int) -> Past:
    """Gives the facts of a past of `days` that ends at a time in Unix seconds."""
    end -= end % _COARSE
    start = end - days * waves.DAY
    planned = incidents.plan_incidents(
        tuple(_REQUESTS), start, end, np.random.default_rng(_SEED)
    )
    at = _middle_of_last_month(end)
    if at < start + waves.DAY:
        at = end - days // 2 * waves.DAY
    overrun = incidents.Incident(
        service="market-svc", start=at, end=at + 4 * 3_600, ratio=0.6
    )
    left = 0.25 * _DISK
    return Past(
        start=start,
        end=end,
        planned=_in_order(planned, overrun),
        overrun=overrun,
        baseline_at=end - min(_BASELINE_DAYS, days // 2) * waves.DAY,
        full_at=end + left / _LEAK_PER_DAY * waves.DAY,
        outage_at=end - _OUTAGE_BEFORE_END,
    )


def _in_order(
    planned: Sequence[incidents.Incident], overrun: incidents.Incident
) -> tuple[incidents.Incident, ...]:
    """Gives all incidents, oldest first: an alert that fires cannot fire once more."""
    apart = [
        one
        for one in planned
        if one.service != overrun.service
        or one.end + _APART <= overrun.start
        or overrun.end + _APART <= one.start
    ]
    return tuple(sorted([*apart, overrun], key=lambda one: one.start))


def _middle_of_last_month(end: int) -> int:
    """Gives the 15th of the month before a time: reviews look at whole months."""
    this_month = dt.datetime.fromtimestamp(end, dt.UTC).replace(day=1)
    last_month = (this_month - dt.timedelta(days=1)).replace(
        day=15, hour=10, minute=0, second=0
    )
    return int(last_month.timestamp())


def recall(past: Past, objectives: Sequence[Objective]) -> Iterator[series.Series]:
    """Gives every series of a past; series of one name come one after another."""
    for one in _recall(past, objectives):
        kept = (one.times < past.outage_at) | (one.times >= past.outage_at + _OUTAGE)
        yield replace(one, times=one.times[kept], numbers=one.numbers[kept])


def _recall(past: Past, objectives: Sequence[Objective]) -> Iterator[series.Series]:
    coarse = np.arange(past.start, past.end, _COARSE, dtype=np.int64)
    chance = np.random.default_rng(_SEED + 1)
    yield series.Series(
        name=series.MARKER, labels={}, times=coarse, numbers=np.ones(coarse.size)
    )
    yield series.Series(
        name="up",
        labels={"instance": "127.0.0.1:9090", "job": "prometheus"},
        times=coarse,
        numbers=np.ones(coarse.size),
    )
    yield from _versions(past, coarse)
    yield from _objectives(past, objectives, chance)
    yield from _services(past, coarse, chance)
    yield from _latency(past, coarse, chance)
    yield from _disk(past, coarse, chance)
    told = [*_told(past), *_noise(past)]
    alerts = sorted(incidents.alert_series(told), key=lambda one: one.name)
    yield from alerts


def _versions(past: Past, times: series.Times) -> Iterator[series.Series]:
    """Gives what skillpod-svc was deployed as: the new version is the slower one."""
    old, new = times < past.baseline_at, times >= past.baseline_at
    for version, when in zip(_VERSIONS, (old, new), strict=True):
        yield series.Series(
            name="service_build_info",
            labels={"service": "skillpod-svc", "version": version},
            times=times[when],
            numbers=np.ones(int(when.sum())),
        )


def _requests(
    service: str, times: series.Times, chance: np.random.Generator
) -> series.Numbers:
    base = _REQUESTS.get(service, _REQUESTS["api-gateway"])
    shape = waves.traffic(times) * waves.growth(times, 0.4)
    return base * shape * waves.jitter(times, chance, 0.05)


def _failing(past: Past, service: str, times: series.Times) -> series.Numbers:
    """Gives the share of requests that fail; the gateway feels every incident."""
    failing = np.full(times.size, _ORDINARY_ERRORS)
    for one in past.planned:
        is_felt = service in {one.service, "platform"}
        within = (times >= one.start) & (times < one.end)
        if is_felt or service == "api-gateway":
            failing[within] += one.ratio if is_felt else one.ratio / 4
    return failing


def _minutes(past: Past) -> series.Times:
    fine_from = max(past.start, past.end - _FINE_DAYS * waves.DAY)
    early = np.arange(past.start, fine_from, _COARSE, dtype=np.int64)
    late = np.arange(fine_from, past.end, _FINE, dtype=np.int64)
    return np.concatenate([early, late])


def _objectives(
    past: Past, objectives: Sequence[Objective], chance: np.random.Generator
) -> Iterator[series.Series]:
    times = _minutes(past)
    totals = {one.name: _requests(one.service, times, chance) for one in objectives}
    for one in objectives:
        # Within its budget on a usual day, whatever that is.
        share = np.minimum(_failing(past, one.service, times), 1.0)
        usual = 0.3 * one.budget * waves.jitter(times, chance, 0.2)
        bad = np.where(share > _ORDINARY_ERRORS, np.maximum(share, usual), usual)
        yield series.Series(
            name=one.bad,
            labels={"slo": one.name, "service": one.service},
            times=times,
            numbers=totals[one.name] * bad,
        )
    for one in objectives:
        yield series.Series(
            name=one.total,
            labels={"slo": one.name, "service": one.service},
            times=times,
            numbers=totals[one.name],
        )


def _services(
    past: Past, times: series.Times, chance: np.random.Generator
) -> Iterator[series.Series]:
    for service in _REQUESTS:
        yield series.Series(
            name="service:http_requests:rate5m",
            labels={"service": service},
            times=times,
            numbers=_requests(service, times, chance),
        )
    for service in _REQUESTS:
        failing = _failing(past, service, times) * waves.jitter(times, chance, 0.1)
        yield series.Series(
            name="service:http_request_errors:ratio_rate5m",
            labels={"service": service},
            times=times,
            numbers=np.minimum(failing, 1.0),
        )


def _latency(
    past: Past, times: series.Times, chance: np.random.Generator
) -> Iterator[series.Series]:
    for service in _REQUESTS:
        usual = 0.12 * (0.8 + 0.2 * waves.traffic(times))
        slower = (
            waves.step(times, past.baseline_at, 1.0, 1.6)
            if service == "skillpod-svc"
            else 1.0
        )
        yield series.Series(
            name="service_operation:http_request_duration_seconds:p95_rate5m",
            labels={"service": service, "operation": "read"},
            times=times,
            numbers=usual * slower * waves.jitter(times, chance, 0.06),
        )


def _disk(
    past: Past, times: series.Times, chance: np.random.Generator
) -> Iterator[series.Series]:
    labels = {
        "device": "/dev/vdb",
        "fstype": "ext4",
        "instance": "database-1",
        "job": "node",
        "mountpoint": "/var/lib/postgresql",
        "service": "node",
        "team": "platform",
    }
    left = (past.full_at - times) / waves.DAY * _LEAK_PER_DAY
    noise = waves.jitter(times, chance, 0.002)
    free = np.minimum(left * noise, _DISK)
    yield series.Series(
        name="instance_mountpoint:filesystem_used:ratio",
        labels={key: labels[key] for key in ("instance", "mountpoint", "service")},
        times=times,
        numbers=1 - free / _DISK,
    )
    yield series.Series(
        name="node_filesystem_avail_bytes", labels=labels, times=times, numbers=free
    )
    yield series.Series(
        name="node_filesystem_size_bytes",
        labels=labels,
        times=times,
        numbers=np.full(times.size, _DISK),
    )


def _alert(name: str, service: str, priority: str) -> Mapping[str, str]:
    severities = {"P0": "critical", "P1": "warning", "P2": "warning"}
    return {
        "alertname": name,
        "env": "local",
        "priority": priority,
        "service": service,
        "severity": severities[priority],
        "team": _TEAMS.get(service, "platform"),
    }


def _told(past: Past) -> Iterator[incidents.Episode]:
    """Gives the pages of the incidents: two minutes into each, as the rule has it."""
    for one in past.planned:
        yield incidents.Episode(
            labels=_alert("HighErrorRate", one.service, "P0"),
            active_at=one.start + _FINE,
            fired_at=one.start + 3 * _FINE,
            end=one.end + 2 * _FINE,
        )


def _noise(past: Past) -> Iterator[incidents.Episode]:
    """Gives what wears people out: a flapping rule, one that never ends, and twins."""
    week = past.end - 7 * waves.DAY
    for at in range(week, past.end - waves.DAY // 2, 4 * 3_600):
        for minutes in (0, 9, 18, 27):
            begin = at + minutes * _FINE
            yield incidents.Episode(
                labels=_alert("LatencyElevated", "market-svc", "P2"),
                active_at=begin,
                fired_at=begin + _FINE,
                end=begin + 3 * _FINE,
            )
    yield incidents.Episode(
        labels=_alert("CdnHitRatioLow", "cdn", "P2"),
        active_at=past.end - 6 * waves.DAY,
        fired_at=past.end - 6 * waves.DAY + 10 * _FINE,
        end=past.end,
    )
    for day in range(6):
        begin = week + day * waves.DAY + 13 * 3_600
        for name, delay in (("QueueBacklog", 0), ("QueuesDelayed", 2)):
            yield incidents.Episode(
                labels=_alert(name, "job-worker", "P1"),
                active_at=begin + delay * _FINE,
                fired_at=begin + (delay + 5) * _FINE,
                end=begin + 40 * _FINE,
            )
