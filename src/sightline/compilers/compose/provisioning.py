"""What Grafana is provisioned with when it runs beside the servers, by their names."""

from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from sightline.compilers.compose import servers
from sightline.compilers.grafana import provisioning
from sightline.model import artifacts, environments, monitoring

__all__ = ["compile_provisioning"]

_FOLDER: Final = PurePosixPath("compose")


def compile_provisioning(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[artifacts.Artifact, ...]:
    """Gives Grafana's provisioning files, for the addresses inside the project."""
    inside = replace(
        environment,
        prometheus_url=servers.url_of(
            "prometheus", servers.PROMETHEUS_PORT, environment
        ),
        alertmanager_url=servers.url_of(
            "alertmanager", servers.ALERTMANAGER_PORT, environment
        ),
    )
    return tuple(
        replace(artifact, path=_FOLDER / artifact.path)
        for artifact in provisioning.compile_provisioning(declared, inside)
    )
