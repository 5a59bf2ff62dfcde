"""The model as the values of Helm charts, and the commands that install them.

Two ways: the guide's, with one chart for each server, and `kube-prometheus-stack`,
which brings the Prometheus operator.
"""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from sightline.compilers import documents, prometheus, upstream
from sightline.compilers.helm import (
    exporter_charts,
    notes,
    prometheus_chart,
    servers,
    stack_chart,
)
from sightline.model import artifacts, environments, monitoring

__all__ = ["compile_helm"]


def compile_helm(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[artifacts.Artifact, ...]:
    """Gives the values of every chart; nothing for an environment without a cluster."""
    if environment.place.kubernetes is None:
        return ()
    declared = declared.within(environment)
    rules = prometheus.compile_rule_files(declared, environment)
    exporters = exporter_charts.exporter_releases(declared, environment)
    values: dict[str, servers.Values] = {
        "prometheus": prometheus_chart.prometheus_values(declared, environment, rules),
        "grafana": servers.grafana_values(
            declared,
            environment,
            "http://prometheus-server",
            "http://prometheus-alertmanager:9093",
        ),
        "kube-prometheus-stack": stack_chart.stack_values(declared, environment, rules),
        **exporters,
    }
    ways = {
        "charts": _releases(["prometheus", "grafana", *exporters]),
        "stack": _releases(["kube-prometheus-stack", *exporters]),
    }
    return (
        *(_values_file(name, found) for name, found in values.items()),
        *notes.compile_notes(declared, environment, ways),
    )


def _values_file(
    name: str, found: Mapping[str, documents.Document]
) -> artifacts.Artifact:
    return artifacts.Artifact(
        path=PurePosixPath("helm") / f"{name}.yaml", text=documents.render_yaml(found)
    )


def _releases(names: Iterable[str]) -> list[notes.Release]:
    return [
        notes.Release(name=name, chart=upstream.CHARTS[name], values=f"{name}.yaml")
        for name in names
    ]
