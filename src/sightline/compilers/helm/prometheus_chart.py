"""The values of `prometheus-community/prometheus`, which brings an Alertmanager."""

from collections.abc import Iterable
from typing import Final

from sightline.compilers import alertmanager, documents
from sightline.compilers.helm import escaping, servers
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
_CONFIG: Final = "prometheus.yml"

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
        rules: the rule files. They are values that Helm does not render again, as
            far as the one ConfigMap holds them in which the chart puts all of these;
            the rest is given in ConfigMaps of its own.
    """
    scrapes = servers.scrape_configs(declared, environment)
    texts = {one.path.name: one.text for one in rules}
    first, *more = objects.pack({_CONFIG: documents.render_yaml(scrapes), **texts})
    files = {name: text for name, text in first.items() if name != _CONFIG}
    relabelling = server_config.alert_relabelling(environment)
    mounts = [_mount(number) for number in range(1, len(more) + 1)]
    return {
        "server": {
            **_server(environment),
            **({"extraConfigmapMounts": mounts} if mounts else {}),
        },
        **({"configmapReload": _reloading(mounts)} if mounts else {}),
        **({"alertRelabelConfigs": relabelling} if relabelling else {}),
        "scrapeConfigs": {name: {"enabled": False} for name in _DEFAULT_JOBS},
        "serverFiles": {
            _CONFIG: {
                "rule_files": [
                    *(f"/etc/config/{name}" for name in files),
                    *(
                        f"{mount['mountPath']}/{name}"
                        for mount, held in zip(mounts, more, strict=True)
                        for name in held
                    ),
                ],
                "scrape_configs": scrapes,
            },
            **{name: documents.Rendered(text) for name, text in files.items()},
        },
        "alertmanager": _alertmanager(declared, environment),
        "kube-state-metrics": {"enabled": False},
        "prometheus-node-exporter": servers.node_exporter(declared, environment),
        "prometheus-pushgateway": {"enabled": False},
        "extraManifests": [
            *(
                escaping.escape(
                    documents.render_yaml(
                        objects.config_map(str(mount["configMap"]), held)
                    )
                )
                for mount, held in zip(mounts, more, strict=True)
            ),
            *servers.extra_manifests(declared, environment),
        ],
    }


def _mount(number: int) -> servers.Values:
    name = f"{pods.Names.RULES}-{number}"
    return {
        "name": name,
        "mountPath": f"/etc/sightline/{name}",
        "subPath": "",
        "configMap": name,
        "readOnly": True,
    }


def _reloading(mounts: list[servers.Values]) -> servers.Values:
    """Lets the side-car see the files, which asks Prometheus to read them anew."""
    return {
        "prometheus": {
            "extraVolumeDirs": [mount["mountPath"] for mount in mounts],
            "extraConfigmapMounts": mounts,
        }
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
