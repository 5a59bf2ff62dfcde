"""What the shipped spec builds, taken apart for tests."""

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import promql_parser
import yaml

from sightline.app import build
from sightline.compilers import grafana, prometheus
from sightline.model import monitoring, names

__all__ = [
    "build_texts",
    "compile_dashboards",
    "compile_rules",
    "expressions_of",
    "find_panel",
    "move_threshold",
    "panels",
    "raw_ranges",
]

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTERVAL: Final = re.compile(r"\$__(?:rate_)?(?:interval|range)\b")


def build_texts(declared: monitoring.Monitoring) -> dict[str, str]:
    """Gives everything that production is built of, by path."""
    environment = declared.environments["production"]
    return {
        str(artifact.path): artifact.text
        for artifact in build.build(declared, environment)
    }


def move_threshold(
    declared: monitoring.Monitoring, signal_name: str, old: float, new: float
) -> monitoring.Monitoring:
    """Gives a spec in which one number of one signal is another."""
    name = names.SignalName(signal_name)
    signal = declared.signals[name]
    levels = tuple(
        dataclasses.replace(level, above=new) if level.above == old else level
        for level in signal.levels
    )
    changed = dataclasses.replace(signal, levels=levels)
    return dataclasses.replace(declared, signals={**declared.signals, name: changed})


def compile_dashboards(
    declared: monitoring.Monitoring, environment_name: str = "production"
) -> dict[str, dict[str, Any]]:
    """Gives the dashboards of an environment by uid."""
    environment = declared.environments[environment_name]
    return {
        artifact.path.stem: json.loads(artifact.text)
        for artifact in grafana.compile_grafana(declared, environment)
        if artifact.path.suffix == ".json"
    }


def compile_rules(declared: monitoring.Monitoring) -> list[Mapping[str, Any]]:
    """Gives every rule that is built for production."""
    environment = declared.environments["production"]
    return [
        rule
        for artifact in prometheus.compile_prometheus(declared, environment)
        if artifact.path.parent.name == "rules"
        for group in yaml.load(artifact.text, Loader=_LOADER)["groups"]  # noqa: S506 - a safe loader
        for rule in group["rules"]
    ]


def panels(dashboard: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Gives all panels, rows and those in collapsed rows included."""
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", [])


def find_panel(dashboard: Mapping[str, Any], title: str) -> Mapping[str, Any]:
    """Gives the only panel of that title."""
    (found,) = (panel for panel in panels(dashboard) if panel["title"] == title)
    return found


def expressions_of(dashboard: Mapping[str, Any]) -> Iterator[str]:
    """Gives every expression of a dashboard, as PromQL that can be read."""
    for panel in panels(dashboard):
        for query in panel.get("targets", []):
            yield _INTERVAL.sub("5m", query["expr"])


def raw_ranges(node: promql_parser.Expr) -> Iterator[tuple[str, dt.timedelta]]:
    """Gives every metric that was scraped, not recorded, and the range read."""
    match node:
        case promql_parser.MatrixSelector():
            name = node.vector_selector.name or ""
            if ":" not in name:
                yield name, node.range
        case promql_parser.BinaryExpr():
            yield from raw_ranges(node.lhs)
            yield from raw_ranges(node.rhs)
        case promql_parser.Call():
            for argument in node.args:
                yield from raw_ranges(argument)
        case promql_parser.AggregateExpr() | promql_parser.ParenExpr():
            yield from raw_ranges(node.expr)
        case promql_parser.SubqueryExpr() | promql_parser.UnaryExpr():
            yield from raw_ranges(node.expr)
        case _:
            return
