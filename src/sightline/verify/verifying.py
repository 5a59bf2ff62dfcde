"""A whole verification: the five probes at once, and again until they pass."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from sightline import errors
from sightline.clients import (
    alertmanager,
    dashboards,
    expositions,
    grafana,
    prometheus,
)
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

__all__ = ["Live", "await_ok", "await_scrapes", "verify"]

_PAUSE_SECONDS: Final = 0.2
_GLANCE_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """The servers that are looked at.

    Attributes:
        behind_boards: Prometheus, by the way that panels go.
        sources: Grafana, to say itself what it reaches; `None` where something else
            stands in for it.
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
    sources: grafana.Grafana | None = None
    clock: Callable[[], float] = time.time


async def verify(
    live: Live,
    artifacts: built.Built,
    expected: expectations.Expectations,
) -> checks.Report:
    """Looks at everything once, side by side."""
    witnesses = alertmanager_probe.Witnesses(
        metrics=live.metrics, far_side=live.far_side, clock=live.clock
    )
    young = await youth.observe_youth(live.metrics, artifacts, expected.scrape_interval)
    return checks.Report(
        checks=tuple(
            await asyncio.gather(
                prometheus_probe.probe(live.metrics, artifacts, expected, live.storage),
                dashboard_probe.probe_server(
                    live.boards, live.behind_boards, live.sources, artifacts.dashboards
                ),
                alertmanager_probe.probe(live.alerts, witnesses, artifacts, expected),
                dashboard_probe.probe_dashboards(
                    live.boards,
                    dashboard_probe.Sources(metrics=live.metrics, storage=live.storage),
                    artifacts,
                    expected.scrape_interval,
                    young,
                ),
                alert_probe.probe(live.metrics, artifacts, expected, young),
            )
        )
    )


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
    look: Callable[[], Awaitable[checks.Report]],
    patience_seconds: float,
    tell: Callable[[checks.Report], None],
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> checks.Report:
    """Looks again and again until everything passes; gives the last report.

    Right after a start much is still on its way: a rate needs two scrapes, a rule its
    first evaluation, the heartbeat its first beat.

    Args:
        look: verifies once.
        patience_seconds: how long failures are given time to pass, pauses only: what
            counts is how often was looked, not how slow the machine is.
        tell: is given every report that is not ok yet.
        pause: waits for so many seconds.
    """
    report = await look()
    waited = 0.0
    while not report.is_ok and waited < patience_seconds:
        tell(report)
        await pause(_PAUSE_SECONDS)
        waited += _PAUSE_SECONDS
        report = await look()
    return report
