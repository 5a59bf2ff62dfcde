"""The Compose file."""

from pathlib import PurePosixPath

from sightline.compilers import documents
from sightline.compilers.compose import exporters, servers
from sightline.model import artifacts, environments, monitoring

__all__ = ["compile_project"]


def compile_project(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> artifacts.Artifact:
    """Gives `compose.yaml`; what it keeps is in volumes of the servers' names."""
    running = servers.compile_servers(environment)
    beside = {
        exporter.name: {"restart": "unless-stopped", **exporter.service}
        for exporter in exporters.exporters_of(declared).values()
    }
    document: documents.Document = {
        "name": f"{declared.organisation.namespace}-monitoring",
        "services": {**running, **beside},
        "volumes": dict.fromkeys(running),
    }
    return artifacts.Artifact(
        path=PurePosixPath("compose/compose.yaml"),
        text=documents.render_yaml(document),
    )
