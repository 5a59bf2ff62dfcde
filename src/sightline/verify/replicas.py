"""Servers that stand in for one another: a Prometheus pair, an Alertmanager cluster."""

from sightline.clients import alertmanager, prometheus
from sightline.verify import checks, gathering

__all__ = ["look_at_cluster", "look_at_pair"]

_CONFIGURATIONS = 'count(count_values("hash", alertmanager_config_hash))'
_KNOWN_ALERTMANAGERS = "min(prometheus_notifications_alertmanagers_discovered)"


async def look_at_pair(
    server: prometheus.Prometheus, prometheus_count: int, alertmanager_count: int
) -> list[checks.Evidence]:
    """Says whether every Prometheus answers, and sends to every Alertmanager.

    Args:
        server: one of them.
        prometheus_count: how many there must be; one alone needs no other evidence
            than its own.
        alertmanager_count: how many each of them must know.
    """
    if prometheus_count == 1:
        return []
    lost = await _find_lost(server, "prometheus")
    answering = prometheus_count - len(lost)
    text = f"{answering} of {prometheus_count} Prometheus"
    if lost:
        return [checks.failed(f"{text}; lost: {gathering.list_some(lost)}")]
    known = await server.query(_KNOWN_ALERTMANAGERS)
    least = int(known[0].number) if known else 0
    if least < alertmanager_count:
        reason = f"one of them knows {least} of {alertmanager_count} Alertmanagers"
        return [checks.failed(reason)]
    return [checks.passed(text, is_figure=True)]


async def look_at_cluster(
    server: alertmanager.Alertmanager,
    metrics: prometheus.Prometheus,
    count: int,
) -> list[checks.Evidence]:
    """Says whether the Alertmanagers have found one another and run on one file.

    Args:
        server: one of them.
        metrics: a Prometheus that scrapes them all.
        count: how many there must be; one alone is no cluster.
    """
    if count == 1:
        return []
    status = await server.fetch_status()
    text = f"{len(status.peers)} of {count} Alertmanagers in one cluster"
    if len(status.peers) != count:
        lost = await _find_lost(metrics, "alertmanager")
        reason = gathering.list_some(lost) or "all answer, and do not see one another"
        return [
            checks.failed(f"{text}; lost: {reason}" if lost else f"{text}: {reason}")
        ]
    if status.cluster != "ready":
        return [checks.failed(f"{text}, which is {status.cluster}")]
    configurations = await metrics.query(_CONFIGURATIONS)
    if configurations and configurations[0].number > 1:
        number = int(configurations[0].number)
        return [checks.failed(f"{text}, on {number} different configurations")]
    return [checks.passed(text, is_figure=True)]


async def _find_lost(server: prometheus.Prometheus, job: str) -> list[str]:
    """Gives the targets of a job that do not answer, each with the reason."""
    return [
        f"{one.labels.get('instance', '?')} ({one.last_error or one.health})"
        for one in await server.fetch_targets()
        if one.labels.get("job") == job and one.health != "up"
    ]
