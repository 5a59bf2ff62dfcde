"""A whole verification: the five probes at once, and again until they pass."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sightline import errors
from sightline.clients import alertmanager, dashboards, expositions, prometheus
from sightline.verify import (
    alert_probe,
    alertmanager_probe,
    built,
    checks,
    dashboard_probe,
    expectations,
    prometheus_probe,
    youth,
)

__all__ = ["Live", "Settled", "await_ok", "await_scrapes", "verify"]

Settled = Mapping[checks.Subject, checks.Check]
"""Lines that passed already, by what they are about."""

_NOTHING: Final[Settled] = {}
_PAUSE_SECONDS: Final = 0.5
_GLANCE_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """The servers that are looked at.

    Attributes:
        behind_boards: Prometheus, by the way that panels go.
        far_side: where the heartbeat arrives; `None` when it cannot be asked.
        storage: where samples are kept for long; `None` where they are not.
        clock: gives Unix seconds.
    """

    metrics: prometheus.Prometheus
    alerts: alertmanager.Alertmanager
    boards: dashboards.DashboardServer
    behind_boards: prometheus.Prometheus
    far_side: expositions.Exposition | None
    storage: prometheus.Prometheus | None = None
    clock: Callable[[], float] = time.time


async def verify(
    live: Live,
    artifacts: built.Built,
    expected: expectations.Expectations,
    settled: Settled = _NOTHING,
) -> checks.Report:
    """Looks at everything once, side by side.

    Args:
        live: the servers.
        artifacts: what they must agree with.
        expected: what is promised of them.
        settled: lines that are taken as they are: they passed moments ago.
    """
    metrics = live.metrics
    young = await youth.observe_youth(metrics, artifacts.rules)

    def look_at(subject: checks.Subject) -> Awaitable[checks.Check]:
        match subject:
            case checks.Subject.PROMETHEUS:
                return prometheus_probe.probe(
                    metrics, artifacts, expected, live.storage
                )
            case checks.Subject.GRAFANA:
                return dashboard_probe.probe_server(live.boards, live.behind_boards)
            case checks.Subject.ALERTMANAGER:
                witnesses = alertmanager_probe.Witnesses(
                    metrics=metrics, far_side=live.far_side, clock=live.clock
                )
                return alertmanager_probe.probe(
                    live.alerts, witnesses, artifacts, expected
                )
            case checks.Subject.DASHBOARDS:
                return dashboard_probe.probe_dashboards(
                    live.boards,
                    dashboard_probe.Sources(metrics=metrics, storage=live.storage),
                    artifacts,
                    expected.scrape_interval,
                    young,
                )
            case checks.Subject.ALERTS:
                return alert_probe.probe(metrics, artifacts, expected, young)

    due = [subject for subject in checks.Subject if subject not in settled]
    looked = await asyncio.gather(*map(look_at, due))
    found = {**settled, **dict(zip(due, looked, strict=True))}
    return checks.Report(checks=tuple(found[subject] for subject in checks.Subject))


async def await_scrapes(
    metrics: prometheus.Prometheus,
    patience_seconds: float,
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Waits until Prometheus has scraped each of its targets once, well or badly.

    Before that no verification passes, and each costs the stack that is starting more
    than this glance does.
    """
    waited = 0.0
    while waited < patience_seconds and not await _has_scraped(metrics):
        await pause(_GLANCE_SECONDS)
        waited += _GLANCE_SECONDS


async def _has_scraped(metrics: prometheus.Prometheus) -> bool:
    try:
        targets = await metrics.fetch_targets()
    except errors.ServerUnavailable:
        return False
    return bool(targets) and all(one.health != "unknown" for one in targets)


async def await_ok(
    look: Callable[[Settled], Awaitable[checks.Report]],
    patience_seconds: float,
    tell: Callable[[checks.Report], None],
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> checks.Report:
    """Looks again and again until everything passes; gives the last report.

    Right after a start much is still on its way: a rate needs two scrapes, a rule its
    first evaluation, the heartbeat its first beat. A line that has passed is not
    looked at again: a whole look costs a young stack half a second of its processors.

    Args:
        look: verifies once, all but the lines that it is given.
        patience_seconds: how long failures are given time to pass, pauses only: what
            counts is how often was looked, not how slow the machine is.
        tell: is given every report that is not ok yet.
        pause: waits for so many seconds.
    """
    report = await look(_NOTHING)
    waited = 0.0
    while not report.is_ok and waited < patience_seconds:
        tell(report)
        await pause(_PAUSE_SECONDS)
        waited += _PAUSE_SECONDS
        passed = (one for one in report.checks if one.state is checks.State.PASSED)
        report = await look({one.subject: one for one in passed})
    return report
