"""The third line: Alertmanager runs what was built, and delivers."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sightline import errors
from sightline.clients import alertmanager, expositions, prometheus
from sightline.loaded import alertmanager as loaded_config
from sightline.verify import (
    built,
    checks,
    expectations,
    gathering,
    replicas,
)

__all__ = ["HEARTBEAT_METRIC", "Witnesses", "probe"]

HEARTBEAT_METRIC: Final = "sightline_last_heartbeat_timestamp_seconds"
"""What the far side says of the last beat that arrived."""

_FAILED_SINCE: Final = "5m"
_FAILURES: Final = (
    "sum by (integration, reason) "
    f"(increase(alertmanager_notifications_failed_total[{_FAILED_SINCE}])) > 0"
)
_ATTEMPTS: Final = "count(alertmanager_notifications_total)"
_LONGEST_SILENCE_SECONDS: Final = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnesses:
    """Who can tell how Alertmanager does, besides itself.

    Attributes:
        metrics: the Prometheus that scrapes it.
        far_side: where the heartbeat arrives; `None` when it cannot be asked.
        clock: gives Unix seconds.
    """

    metrics: prometheus.Prometheus
    far_side: expositions.Exposition | None
    clock: Callable[[], float] = time.time


async def probe(
    server: alertmanager.Alertmanager,
    witnesses: Witnesses,
    artifacts: built.Built,
    expected: expectations.Expectations,
) -> checks.Check:
    """Gives the line `Alertmanager: healthy`."""
    try:
        await server.check_ready()
    except errors.ServerUnavailable as error:
        evidence: tuple[checks.Evidence, ...] = (checks.failed(str(error)),)
    else:
        evidence = await gathering.gather(
            _look_at_status(server, artifacts),
            replicas.look_at_cluster(
                server, witnesses.metrics, expected.alertmanager_count
            ),
            _look_at_deliveries(witnesses.metrics),
            _look_at_watchdog(server, expected),
            _look_at_heartbeat(witnesses),
        )
    return checks.Check(subject=checks.Subject.ALERTMANAGER, evidence=evidence)


async def _look_at_status(
    server: alertmanager.Alertmanager, artifacts: built.Built
) -> list[checks.Evidence]:
    status = await server.fetch_status()
    version = checks.passed(f"version {status.version}", is_figure=True)
    differences = loaded_config.find_differences(artifacts.alertmanager, status.config)
    if differences:
        listed = gathering.list_some(differences)
        return [
            version,
            checks.failed(f"the loaded configuration is not the built one: {listed}"),
        ]
    text = "the loaded configuration equals the built one"
    return [version, checks.passed(text)]


async def _look_at_deliveries(
    metrics: prometheus.Prometheus,
) -> list[checks.Evidence]:
    counted = await metrics.query(_ATTEMPTS)
    if not counted:
        reason = "Prometheus has no count of notifications; is Alertmanager scraped?"
        return [checks.failed(reason)]
    failures = await metrics.query(_FAILURES)
    if failures:
        kinds = gathering.list_some(
            f"{one.labels.get('integration', '?')} ({one.labels.get('reason', '?')})"
            for one in failures
        )
        return [
            checks.failed(f"notifications failed in the last {_FAILED_SINCE}: {kinds}")
        ]
    text = f"0 failed notifications in {_FAILED_SINCE}"
    return [checks.passed(text, is_figure=True)]


async def _look_at_watchdog(
    server: alertmanager.Alertmanager, expected: expectations.Expectations
) -> list[checks.Evidence]:
    if not expected.heartbeats:
        return [checks.not_checked("the spec declares no alert that always fires")]
    active = {
        alert.labels.get("alertname")
        for alert in await server.fetch_alerts()
        if alert.status.state == "active"
    }
    absent = expected.heartbeats - active
    if absent:
        listed = gathering.list_some(sorted(absent))
        return [checks.failed(f"{listed} does not arrive from Prometheus")]
    listed = gathering.list_some(sorted(expected.heartbeats))
    return [checks.passed(f"{listed} arrives from Prometheus")]


async def _look_at_heartbeat(witnesses: Witnesses) -> list[checks.Evidence]:
    if witnesses.far_side is None:
        reason = (
            "whether the heartbeat arrives at its far side cannot be seen from here"
        )
        return [checks.not_checked(reason)]
    beats = await witnesses.far_side.fetch_numbers(HEARTBEAT_METRIC)
    if not beats:
        return [checks.failed("no heartbeat has arrived at the far side yet")]
    age = max(0.0, witnesses.clock() - max(beats))
    if age > _LONGEST_SILENCE_SECONDS:
        return [
            checks.failed(
                f"the last heartbeat arrived {age:.0f} s ago, expected at most"
                f" {_LONGEST_SILENCE_SECONDS:.0f} s"
            )
        ]
    return [checks.passed(f"heartbeat received {age:.0f} s ago", is_figure=True)]
