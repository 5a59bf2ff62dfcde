"""What the ways to install share: values of Alertmanager, Prometheus and Grafana."""

from collections.abc import Mapping
from typing import Final

from sightline.compilers import (
    alertmanager,
    containers,
    documents,
    grafana,
    programs,
)
from sightline.compilers.grafana import provisioning
from sightline.compilers.helm import escaping
from sightline.compilers.kubernetes import objects, overlays, pods
from sightline.compilers.prometheus import cluster_scrapes
from sightline.model import environments, monitoring, placement

__all__ = [
    "BLACKBOX_RELEASE",
    "Values",
    "alertmanager_config",
    "budget",
    "extra_manifests",
    "grafana_values",
    "has_job",
    "image",
    "node_exporter",
    "scrape_configs",
    "storage_class",
]

Values = dict[str, documents.Document]

_Program = placement.Program
BLACKBOX_RELEASE: Final = "prometheus-blackbox-exporter"
"""Named as its chart: that is then the name of its Service, too."""

_WITHOUT_CHART: Final = (_Program.PROCESS_EXPORTER, _Program.COLLECTORS)
"""There is no chart for these; the manifests are given along with Prometheus's."""

_PROVIDER: Final = "sightline"


def alertmanager_config(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    texts: str,
    secrets: str,
) -> Values:
    """Gives Alertmanager's configuration, with its texts and secrets where they lie."""
    inside = containers.within_containers(environment, "", "", secrets)
    return alertmanager.compile_config(declared, inside, texts)


def scrape_configs(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> list[documents.Document]:
    """Gives every scrape configuration."""
    return cluster_scrapes.compile_cluster_scrapes(
        declared, environment, BLACKBOX_RELEASE
    )


def extra_manifests(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> list[documents.Document]:
    """Gives the objects of programs without a chart, escaped for Helm's templates."""
    running = programs.present(declared, environment)
    return [
        escaping.escape(documents.render_yaml(one))
        for program in _WITHOUT_CHART
        if program in running
        for one in overlays.compile_whole(program, declared, environment)
    ]


def image(room: placement.Room) -> Values:
    """Gives the image where the spec names one, as charts split it."""
    if room.image is None:
        return {}
    repository, _, tag = room.image.rpartition(":")
    return {"image": {"repository": repository, "tag": tag}}


def grafana_values(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    prometheus_url: str,
    alertmanager_url: str,
) -> Values:
    """Gives the values of Grafana's chart, which is part of the stack's as well.

    Args:
        declared: what exists in the environment.
        environment: has a cluster.
        prometheus_url: by which Grafana reaches Prometheus.
        alertmanager_url: by which Grafana reaches Alertmanager.
    """
    inside = containers.within_containers(environment, prometheus_url, alertmanager_url)
    provider = provisioning.compile_provider(
        declared, f"/var/lib/grafana/dashboards/{_PROVIDER}"
    )
    room = environment.place.rooms[_Program.GRAFANA]
    boards = grafana.compile_dashboards(declared)
    shown: Mapping[str, documents.Document] = {
        board.path.stem: {"json": board.text} for board in boards
    }
    return {
        **image(room),
        "admin": {
            "existingSecret": pods.Names.GRAFANA_ADMIN,
            "userKey": "admin-user",
            "passwordKey": "admin-password",
        },
        # The disk can be on one machine only: the old pod ends before the new begins.
        "deploymentStrategy": {"type": "Recreate"},
        "persistence": {
            "enabled": True,
            "size": objects.quantity(room.storage_mebibytes),
            **storage_class(environment, "storageClassName"),
        },
        "resources": objects.resources(room),
        "testFramework": {"enabled": False},
        "grafana.ini": {
            "analytics": {"check_for_updates": False, "reporting_enabled": False},
            "server": {"root_url": environment.grafana_url},
            "users": {"allow_sign_up": False},
        },
        "datasources": {"datasources.yaml": provisioning.compile_data_sources(inside)},
        "dashboardProviders": {"dashboardproviders.yaml": provider},
        "dashboards": {_PROVIDER: shown},
    }


def node_exporter(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> Values:
    """Gives the values of the node exporter's sub-chart."""
    room = environment.place.rooms[_Program.NODE_EXPORTER]
    return {
        "enabled": has_job(declared, "node"),
        "resources": objects.resources(room),
    }


def has_job(declared: monitoring.Monitoring, job: str) -> bool:
    """Whether an environment has a scrape job."""
    return any(exporter.job == job for exporter in declared.exporters)


def budget() -> Values:
    """Gives the budget that lets one instance at a time be moved away."""
    return {"enabled": True, "maxUnavailable": 1}


def storage_class(environment: environments.Environment, key: str) -> Values:
    """Gives the class of disks under the key that a chart has for it, if any."""
    cluster = environment.place.kubernetes
    if cluster is None or cluster.storage_class is None:
        return {}
    return {key: cluster.storage_class}
