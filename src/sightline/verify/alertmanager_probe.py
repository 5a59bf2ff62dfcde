"""The third line: Alertmanager runs what was built, and delivers."""

import time
from collections.abc import Callable
from typing import Final

from sightline import errors
from sightline.clients import alertmanager, prometheus
from sightline.verify import built, checks, expectations, gathering, loaded_config

__all__ = ["HEARTBEAT_METRIC", "probe"]

HEARTBEAT_METRIC: Final = "receivers_heartbeat_last_received_timestamp_seconds"
"""What the far side says of the last beat that arrived."""

_FAILED_SINCE: Final = "5m"
_FAILURES: Final = (
    "sum by (integration, reason) "
    f"(increase(alertmanager_notifications_failed_total[{_FAILED_SINCE}])) > 0"
)
_ATTEMPTS: Final = "count(alertmanager_notifications_total)"
_LONGEST_SILENCE_SECONDS: Final = 180.0


async def probe(
    server: alertmanager.Alertmanager,
    metrics: prometheus.Prometheus,
    artifacts: built.Built,
    expected: expectations.Expectations,
    clock: Callable[[], float] = time.time,
) -> checks.Check:
    """Gives the line `Alertmanager: healthy`.

    Args:
        server: the Alertmanager.
        metrics: the Prometheus that scrapes it.
        artifacts: what it should run.
        expected: which alerts must always fire.
        clock: Unix seconds.
    """
    try:
        await server.check_ready()
    except errors.ServerUnavailable as error:
        evidence: tuple[checks.Evidence, ...] = (checks.failed(str(error)),)
    else:
        evidence = await gathering.gather(
            _look_at_status(server, artifacts),
            _look_at_deliveries(metrics),
            _look_at_watchdog(server, expected),
            _look_at_heartbeat(metrics, expected, clock),
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


async def _look_at_heartbeat(
    metrics: prometheus.Prometheus,
    expected: expectations.Expectations,
    clock: Callable[[], float],
) -> list[checks.Evidence]:
    if not expected.scrapes_receivers:
        reason = "the far side of the heartbeat is not scraped here; look there"
        return [checks.not_checked(reason)]
    beats = await metrics.query(f"max({HEARTBEAT_METRIC}) > 0")
    if not beats:
        return [checks.failed("no heartbeat has arrived at the far side yet")]
    age = max(0.0, clock() - beats[0].number)
    if age > _LONGEST_SILENCE_SECONDS:
        return [
            checks.failed(
                f"the last heartbeat arrived {age:.0f} s ago, expected at most"
                f" {_LONGEST_SILENCE_SECONDS:.0f} s"
            )
        ]
    return [checks.passed(f"heartbeat received {age:.0f} s ago", is_figure=True)]
