"""The values of `prometheus-community/prometheus`, which brings an Alertmanager."""

from collections.abc import Iterable
from typing import Final

from sightline.compilers import alertmanager, documents
from sightline.compilers.helm import servers
from sightline.compilers.kubernetes import objects, pods, sizes
from sightline.compilers.prometheus import server_config
from sightline.model import (
    artifacts,
    environments,
    monitoring,
    placement,
)

__all__ = ["prometheus_values"]

_Program = placement.Program
_SECRETS: Final = "/etc/sightline/secrets"

# All jobs that the chart has by default: ours are complete.
_DEFAULT_JOBS: Final = (
    "prometheus",
    "kubernetes-api-servers",
    "kubernetes-nodes",
    "kubernetes-nodes-cadvisor",
    "kubernetes-service-endpoints",
    "kubernetes-service-endpoints-slow",
    "prometheus-pushgateway",
    "kubernetes-services",
    "kubernetes-pods",
    "kubernetes-pods-slow",
)


def prometheus_values(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    rules: Iterable[artifacts.Artifact],
) -> servers.Values:
    """Gives the values of `prometheus`, which brings its own Alertmanager.

    Args:
        declared: what exists in the environment.
        environment: has a cluster.
        rules: the rule files. They are values that Helm does not render again.
    """
    files = {one.path.name: documents.Rendered(one.text) for one in rules}
    relabelling = server_config.alert_relabelling(environment)
    return {
        "server": _server(environment),
        **({"alertRelabelConfigs": relabelling} if relabelling else {}),
        "scrapeConfigs": {name: {"enabled": False} for name in _DEFAULT_JOBS},
        "serverFiles": {
            "prometheus.yml": {
                "rule_files": [f"/etc/config/{name}" for name in files],
                "scrape_configs": servers.scrape_configs(declared, environment),
            },
            **files,
        },
        "alertmanager": _alertmanager(declared, environment),
        "kube-state-metrics": {"enabled": False},
        "prometheus-node-exporter": servers.node_exporter(declared, environment),
        "prometheus-pushgateway": {"enabled": False},
        "extraManifests": servers.extra_manifests(declared, environment),
    }


def _server(environment: environments.Environment) -> servers.Values:
    room = environment.place.rooms[_Program.PROMETHEUS]
    count = environment.replicas_of("prometheus")
    variable: documents.Document = {
        "name": server_config.REPLICA_VARIABLE,
        "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}},
    }
    return {
        **servers.image(room),
        "baseURL": environment.prometheus_url,
        "prefixURL": "/",
        "retention": str(environment.retention),
        "retentionSize": sizes.retention_size(room),
        # Each replica has a disk and a name of its own.
        "statefulSet": {"enabled": True, "podManagementPolicy": "Parallel"},
        "replicaCount": count,
        "podAntiAffinity": "soft",
        **({"podDisruptionBudget": servers.budget()} if count > 1 else {}),
        "persistentVolume": {
            "enabled": True,
            "size": objects.quantity(room.storage_mebibytes),
            **servers.storage_class(environment, "storageClass"),
        },
        "resources": objects.resources(room),
        **({"env": [variable]} if count > 1 else {}),
        "extraFlags": ["web.enable-lifecycle", "enable-feature=exemplar-storage"],
        "global": {
            **server_config.global_settings(environment),
            "external_labels": server_config.external_labels(environment),
        },
        "remoteWrite": server_config.remote_write(environment),
    }


def _alertmanager(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> servers.Values:
    room = environment.place.rooms[_Program.ALERTMANAGER]
    count = environment.replicas_of("alertmanager")
    texts = alertmanager.compile_texts()
    return {
        **servers.image(room),
        "enabled": True,
        "baseURL": environment.alertmanager_url,
        "replicaCount": count,
        "podAntiAffinity": "soft",
        **({"podDisruptionBudget": {"maxUnavailable": 1}} if count > 1 else {}),
        "persistence": {
            "enabled": True,
            "size": objects.quantity(room.storage_mebibytes),
            **servers.storage_class(environment, "storageClass"),
        },
        "resources": objects.resources(room),
        # Without it a changed configuration waits for the next restart.
        "configmapReload": {"enabled": True},
        "extraSecretMounts": [
            {
                "name": pods.Names.ALERTMANAGER_SECRETS,
                "mountPath": _SECRETS,
                "secretName": pods.Names.ALERTMANAGER_SECRETS,
                "readOnly": True,
            }
        ],
        "config": servers.alertmanager_config(
            declared, environment, "/etc/alertmanager/*.tmpl", _SECRETS
        ),
        "templates": {texts.path.name: texts.text},
    }
