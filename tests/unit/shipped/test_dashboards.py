"""The shipped dashboards, against Grafana's published schemas if they are at hand."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sightline.compilers import grafana
from sightline.model import monitoring
from sightline.model.dashboards import PanelKind
from sightline.promql import expressions
from support import builders

# What the data source adds to an annotation: stored beside the fields that Grafana's
# own schema knows, and read by its Prometheus plug-in alone.
PROMETHEUS_ANNOTATION = (
    "expr",
    "step",
    "tagKeys",
    "textFormat",
    "titleFormat",
    "useValueForTime",
)

SCHEMA_FILES = {"state-timeline": "statetimeline"}

Schemas = Mapping[str, Any]


def compile_dashboards(declared: monitoring.Monitoring) -> dict[str, dict[str, Any]]:
    environment = declared.environments["production"]
    return {
        artifact.path.stem: json.loads(artifact.text)
        for artifact in grafana.compile_grafana(declared, environment)
        if artifact.path.suffix == ".json"
    }


@pytest.fixture(scope="module")
def dashboards(skillancer: monitoring.Monitoring) -> dict[str, dict[str, Any]]:
    return compile_dashboards(skillancer)


@pytest.fixture(scope="module")
def every_kind() -> dict[str, dict[str, Any]]:
    """A dashboard with one panel of each kind that there is."""
    query = builders.query("http_error_ratio", column="Errors")
    every = [
        builders.panel(*([] if kind is PanelKind.TEXT else [query]), kind=kind)
        for kind in PanelKind
    ]
    dashboard = builders.dashboard("every-kind", rows=(builders.row(*every),))
    return compile_dashboards(
        builders.declaration(builders.signal(), dashboards_=[dashboard])
    )


@pytest.fixture(scope="module")
def schemas(shared_data: Path) -> Path:
    return shared_data / "grafana-schemas"


def panels(dashboard: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", [])


def violations(schema: Schemas, document: object) -> list[str]:
    validator = jsonschema.Draft7Validator(schema)
    return [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message}"
        for error in validator.iter_errors(document)
    ]


def definition(path: Path, name: str) -> Schemas:
    schema = json.loads(path.read_text())
    return {**schema, "$ref": f"#/definitions/{name}"}


def test_row_107_the_newest_published_schema_finds_nothing(
    dashboards: dict[str, dict[str, Any]], schemas: Path
) -> None:
    path = schemas / "classic-dashboard.grafana-schema-13.2.3.json"
    schema = definition(path, "Dashboard")
    for dashboard in dashboards.values():
        for annotation in dashboard["annotations"]["list"]:
            for key in PROMETHEUS_ANNOTATION:
                annotation.pop(key, None)
        assert violations(schema, dashboard) == []


def test_the_options_of_every_panel_are_those_of_its_type(
    dashboards: dict[str, dict[str, Any]],
    every_kind: dict[str, dict[str, Any]],
    schemas: Path,
) -> None:
    for dashboard in (dashboards | every_kind).values():
        for panel in panels(dashboard):
            if panel["type"] == "row":
                continue
            name = SCHEMA_FILES.get(panel["type"], panel["type"])
            path = schemas / f"{name}.jsonschema.json"
            schema = definition(path, "Options")
            assert violations(schema, panel["options"]) == [], panel["title"]
            if "FieldConfig" in json.loads(path.read_text())["definitions"]:
                custom = panel["fieldConfig"]["defaults"]["custom"]
                schema = definition(path, "FieldConfig")
                assert violations(schema, custom) == [], panel["title"]


def test_the_queries_of_every_panel_are_prometheus_queries(
    dashboards: dict[str, dict[str, Any]], schemas: Path
) -> None:
    schema = definition(schemas / "prometheus.jsonschema.json", "Dataquery")
    for dashboard in dashboards.values():
        for panel in panels(dashboard):
            for query in panel.get("targets", []):
                assert violations(schema, query) == [], panel["title"]


def test_every_unit_is_one_that_grafana_knows(
    dashboards: dict[str, dict[str, Any]], schemas: Path
) -> None:
    known = (schemas / "units.jsonschema.json").read_text()
    for dashboard in dashboards.values():
        for panel in panels(dashboard):
            unit = panel.get("fieldConfig", {}).get("defaults", {}).get("unit")
            assert unit is None or f'"{unit}"' in known, panel["title"]


def test_row_107_the_dashboards_open_at_the_addresses_of_the_guide(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    assert "engineering" in dashboards
    assert {uid: one["uid"] for uid, one in dashboards.items()} == {
        uid: uid for uid in dashboards
    }


def test_row_109_123_engineering_has_the_guides_panels_and_the_health_grid(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    titles = {panel["title"] for panel in panels(dashboards["engineering"])}
    assert {
        "Service Health Grid",
        "Request Rate",
        "Error Rate",
        "Response Time (p50)",
        "Response Time (p95)",
        "Response Time (p99)",
        "CPU Usage",
        "Memory Usage",
        "Database Connections",
        "Database Latency",
        "Redis Memory",
        "Queue Depth",
    } - titles == set()


def test_every_panel_query_is_promql(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    for dashboard in dashboards.values():
        for panel in panels(dashboard):
            for query in panel.get("targets", []):
                expr = query["expr"]
                for variable in ("$__rate_interval", "$__interval", "$__range"):
                    expr = expr.replace(variable, "5m")
                assert expressions.metric_names(expr) is not None


def test_row_100_no_panel_reads_more_than_a_day_of_raw_samples(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    text = json.dumps(dashboards)
    assert not any(f"[{days}d]" in text for days in range(2, 400))


def test_identifiers_are_unique_and_count_from_one(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    for dashboard in dashboards.values():
        found = [panel["id"] for panel in panels(dashboard)]
        assert found == list(range(1, len(found) + 1))
