"""The values of `kube-prometheus-stack`, which brings the operator and Grafana."""

from collections.abc import Iterable
from typing import Final

from sightline.compilers import alertmanager, documents
from sightline.compilers.helm import servers
from sightline.compilers.kubernetes import objects, pods, sizes
from sightline.compilers.kubernetes.operator import rules as rule_objects
from sightline.compilers.kubernetes.operator import server
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
        "additionalPrometheusRulesMap": rule_objects.join_rules(rules),
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
    return {
        **server.server_spec(environment),
        "prometheusExternalLabelNameClear": True,
        "storageSpec": {
            "volumeClaimTemplate": {
                "spec": sizes.claim(environment, _Program.PROMETHEUS)
            }
        },
        # Otherwise only what carries the release's name is seen.
        **{f"{kind}SelectorNilUsesHelmValues": False for kind in server.WATCHED},
        "additionalScrapeConfigs": servers.scrape_configs(declared, environment),
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
                "spec": sizes.claim(environment, _Program.ALERTMANAGER)
            }
        },
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
