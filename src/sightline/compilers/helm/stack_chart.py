"""The values of `kube-prometheus-stack`, which brings the operator and Grafana."""

from collections.abc import Iterable, Mapping
from typing import Final

from sightline.compilers import alertmanager, documents
from sightline.compilers.helm import servers
from sightline.compilers.kubernetes import objects, pods
from sightline.compilers.prometheus import server_config
from sightline.model import (
    artifacts,
    environments,
    monitoring,
    placement,
)

__all__ = ["stack_values"]

_Program = placement.Program
_STACK: Final = "kube-prometheus-stack"
_SECRETS: Final = f"/etc/alertmanager/secrets/{pods.Names.ALERTMANAGER_SECRETS}"
"""Where the operator mounts a Secret of `alertmanagerSpec.secrets`."""

_CLUSTER_PARTS: Final = (
    "kubeApiServer",
    "kubelet",
    "kubeControllerManager",
    "coreDns",
    "kubeEtcd",
    "kubeScheduler",
    "kubeProxy",
    "kubeStateMetrics",
)
"""What the stack watches of the cluster itself, with alerts that nobody here routes."""

_SELECTORS: Final = ("rule", "serviceMonitor", "podMonitor", "probe", "scrapeConfig")


def stack_values(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    rules: Iterable[artifacts.Artifact],
) -> servers.Values:
    """Gives the values of `kube-prometheus-stack`, which brings operator and Grafana.

    Args:
        declared: what exists in the environment.
        environment: has a cluster.
        rules: the rule files; they become `PrometheusRule`s.
    """
    off: documents.Document = {"enabled": False}
    return {
        "defaultRules": {"create": False},
        **dict.fromkeys(_CLUSTER_PARTS, off),
        "nodeExporter": {"enabled": servers.has_job(declared, "node")},
        "prometheus-node-exporter": {
            **servers.node_exporter(declared, environment),
            "prometheus": {"monitor": off},
        },
        "prometheusOperator": {"serviceMonitor": {"selfMonitor": False}},
        "prometheus": {
            **_budgeted(environment.replicas_of("prometheus")),
            "serviceMonitor": {"selfMonitor": False},
            "prometheusSpec": _prometheus_spec(declared, environment),
        },
        "additionalPrometheusRulesMap": _rule_objects(rules),
        "alertmanager": _alertmanager(declared, environment),
        "grafana": _grafana(declared, environment),
        "extraManifests": servers.extra_manifests(declared, environment),
    }


def _alertmanager(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> servers.Values:
    config = servers.alertmanager_config(
        declared, environment, "/etc/alertmanager/config/*.tmpl", _SECRETS
    )
    return {
        **_budgeted(environment.replicas_of("alertmanager")),
        "serviceMonitor": {"selfMonitor": False},
        "config": config,
        "templateFiles": _texts(),
        "alertmanagerSpec": _alertmanager_spec(environment),
    }


def _grafana(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> servers.Values:
    board = servers.grafana_values(
        declared,
        environment,
        f"http://{_STACK}-prometheus:9090",
        f"http://{_STACK}-alertmanager:9093",
    )
    off: documents.Document = {"enabled": False}
    # Ours are the data sources: two defaults would keep Grafana from starting.
    chosen: documents.Document = {
        "defaultDatasourceEnabled": False,
        "alertmanager": off,
    }
    return {
        **board,
        "defaultDashboardsEnabled": False,
        "serviceMonitor": off,
        "sidecar": {"datasources": chosen},
    }


def _prometheus_spec(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> servers.Values:
    room = environment.place.rooms[_Program.PROMETHEUS]
    settings = server_config.global_settings(environment)
    written = server_config.remote_write(environment)
    return {
        "externalUrl": environment.prometheus_url,
        "retention": str(environment.retention),
        "retentionSize": servers.retention_size(room),
        "replicas": environment.replicas_of("prometheus"),
        "scrapeInterval": settings["scrape_interval"],
        "scrapeTimeout": settings["scrape_timeout"],
        "evaluationInterval": settings["evaluation_interval"],
        "externalLabels": {"env": environment.name},
        # The operator fills it in for each pod, and drops it from alerts.
        "replicaExternalLabelName": server_config.REPLICA_LABEL,
        "prometheusExternalLabelNameClear": True,
        "enableFeatures": ["exemplar-storage"],
        "resources": objects.resources(room),
        "storageSpec": {
            "volumeClaimTemplate": {
                "spec": servers.claim(environment, _Program.PROMETHEUS)
            }
        },
        # Otherwise only what carries the release's name is seen.
        **{f"{kind}SelectorNilUsesHelmValues": False for kind in _SELECTORS},
        "additionalScrapeConfigs": servers.scrape_configs(declared, environment),
        **({"remoteWrite": _camel(written)} if written else {}),
    }


def _alertmanager_spec(environment: environments.Environment) -> servers.Values:
    room = environment.place.rooms[_Program.ALERTMANAGER]
    return {
        "externalUrl": environment.alertmanager_url,
        "replicas": environment.replicas_of("alertmanager"),
        "secrets": [pods.Names.ALERTMANAGER_SECRETS],
        "resources": objects.resources(room),
        "storage": {
            "volumeClaimTemplate": {
                "spec": servers.claim(environment, _Program.ALERTMANAGER)
            }
        },
    }


def _camel(written: list[documents.Document]) -> list[documents.Document]:
    """Gives remote write as the operator spells it."""
    return [
        {
            "url": one["url"],
            **(
                {
                    "writeRelabelConfigs": [
                        {"action": "labeldrop", "regex": server_config.REPLICA_LABEL}
                    ]
                }
                if "write_relabel_configs" in one
                else {}
            ),
        }
        for one in written
        if isinstance(one, Mapping)
    ]


def _rule_objects(rules: Iterable[artifacts.Artifact]) -> servers.Values:
    """Gives the rule files joined into few objects, each small enough to be stored."""
    files = {one.path.name: one.text for one in rules}
    return {
        f"sightline-{number}": documents.Rendered(
            "groups:\n"
            + "".join(text.removeprefix("groups:\n") for text in group.values())
        )
        for number, group in enumerate(objects.pack(files))
    }


def _texts() -> servers.Values:
    texts = alertmanager.compile_texts()
    return {texts.path.name: texts.text}


def _budgeted(count: int) -> servers.Values:
    # The stack's default is a least number; both at once are refused.
    if count == 1:
        return {}
    budget: servers.Values = {**servers.budget(), "minAvailable": ""}
    return {"podDisruptionBudget": budget}
