"""Grafana's provisioning files: data sources, and where its dashboards lie."""

from pathlib import PurePosixPath

from sightline.compilers import documents
from sightline.compilers.grafana import data_sources
from sightline.model import artifacts, environments, monitoring

__all__ = ["compile_data_sources", "compile_provider", "compile_provisioning"]

# Grafana expands the environment's variables in provisioning files, so that the
# same file serves a container, a package and the local stack.
_DASHBOARDS_FOLDER = "$SIGHTLINE_DASHBOARDS"


def compile_provisioning(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[artifacts.Artifact, ...]:
    """Gives the data source file and the dashboard provider file."""
    return (
        _provisioning_file("datasources", compile_data_sources(environment)),
        _provisioning_file(
            "dashboards", compile_provider(declared, _DASHBOARDS_FOLDER)
        ),
    )


def _provisioning_file(kind: str, document: documents.Document) -> artifacts.Artifact:
    return artifacts.Artifact(
        path=PurePosixPath("grafana/provisioning") / kind / "sightline.yml",
        text=documents.render_yaml(document),
    )


def compile_data_sources(
    environment: environments.Environment,
) -> dict[str, documents.Document]:
    """Gives the file of the data sources, by the environment's addresses."""
    return {
        "apiVersion": 1,
        "datasources": [
            {
                "name": data_sources.PROMETHEUS_NAME,
                "uid": data_sources.PROMETHEUS_UID,
                "type": "prometheus",
                "access": "proxy",
                "url": environment.prometheus_url,
                "isDefault": True,
                "editable": False,
                "jsonData": {
                    "httpMethod": "POST",
                    "timeInterval": str(environment.scrape_interval),
                    "manageAlerts": False,
                },
            },
            {
                "name": "Alertmanager",
                "uid": data_sources.ALERTMANAGER_UID,
                "type": "alertmanager",
                "access": "proxy",
                "url": environment.alertmanager_url,
                "editable": False,
                "jsonData": {"implementation": "prometheus"},
            },
        ],
    }


def compile_provider(
    declared: monitoring.Monitoring, folder: str
) -> dict[str, documents.Document]:
    """Gives the file that says where the dashboards lie."""
    return {
        "apiVersion": 1,
        "providers": [
            {
                "name": "sightline",
                "orgId": 1,
                "folder": declared.organisation.name,
                "folderUid": declared.organisation.namespace,
                "type": "file",
                # What is generated is changed in the spec, not in the browser.
                "allowUiUpdates": False,
                "disableDeletion": True,
                "updateIntervalSeconds": 30,
                "options": {"path": folder},
            }
        ],
    }
