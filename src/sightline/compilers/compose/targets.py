"""The scrape targets that the Compose file itself runs."""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

from sightline.compilers import documents
from sightline.compilers.compose import exporters, servers
from sightline.model import artifacts, environments, monitoring

__all__ = ["compile_targets"]

_FOLDER: Final = PurePosixPath("compose/targets")
_SERVERS: Final = {
    "prometheus": servers.PROMETHEUS_PORT,
    "alertmanager": servers.ALERTMANAGER_PORT,
}


def compile_targets(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[artifacts.Artifact, ...]:
    """Gives one file for each scrape job whose targets are in the Compose file.

    The job of Alertmanager is also where Prometheus learns to send its alerts.
    """
    addresses = {
        job: [f"{name}:{port}" for name in servers.names_of(job, environment)]
        for job, port in _SERVERS.items()
    }
    for job, exporter in exporters.exporters_of(declared).items():
        addresses[job] = [exporter.address]
    return tuple(_target_file(job, known) for job, known in sorted(addresses.items()))


def _target_file(job: str, addresses: Iterable[str]) -> artifacts.Artifact:
    return artifacts.Artifact(
        path=_FOLDER / f"{job}.json",
        text=documents.render_json([{"targets": list(addresses)}]),
    )
