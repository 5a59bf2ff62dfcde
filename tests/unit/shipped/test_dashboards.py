"""The shipped dashboards, against Grafana's published schemas if they are at hand."""

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import promql_parser
import pytest

from sightline.model import monitoring
from sightline.model.dashboards import PanelKind
from support import builders, shipped

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


@pytest.fixture(scope="module")
def dashboards(skillancer: monitoring.Monitoring) -> dict[str, dict[str, Any]]:
    return shipped.compile_dashboards(skillancer)


@pytest.fixture(scope="module")
def every_kind() -> dict[str, dict[str, Any]]:
    """A dashboard with one panel of each kind that there is."""
    query = builders.query("http_error_ratio", column="Errors")
    every = [
        builders.panel(*([] if kind is PanelKind.TEXT else [query]), kind=kind)
        for kind in PanelKind
    ]
    dashboard = builders.dashboard("every-kind", rows=(builders.row(*every),))
    return shipped.compile_dashboards(
        builders.declaration(builders.signal(), dashboards_=[dashboard])
    )


@pytest.fixture(scope="module")
def schemas(shared_data: Path) -> Path:
    return shared_data / "grafana-schemas"


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
        plain = copy.deepcopy(dashboard)
        for annotation in plain["annotations"]["list"]:
            for key in PROMETHEUS_ANNOTATION:
                annotation.pop(key, None)
        assert violations(schema, plain) == []


def test_the_options_of_every_panel_are_those_of_its_type(
    dashboards: dict[str, dict[str, Any]],
    every_kind: dict[str, dict[str, Any]],
    schemas: Path,
) -> None:
    for dashboard in (dashboards | every_kind).values():
        for panel in shipped.panels(dashboard):
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
        for panel in shipped.panels(dashboard):
            for query in panel.get("targets", []):
                assert violations(schema, query) == [], panel["title"]


def test_every_unit_is_one_that_grafana_knows(
    dashboards: dict[str, dict[str, Any]], schemas: Path
) -> None:
    known = (schemas / "units.jsonschema.json").read_text()
    for dashboard in dashboards.values():
        for panel in shipped.panels(dashboard):
            unit = panel.get("fieldConfig", {}).get("defaults", {}).get("unit")
            assert unit is None or f'"{unit}"' in known, panel["title"]


def test_every_panel_query_is_promql(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    for dashboard in dashboards.values():
        for expr in shipped.expressions_of(dashboard):
            promql_parser.parse(expr)


def test_identifiers_are_unique_and_count_from_one(
    dashboards: dict[str, dict[str, Any]],
) -> None:
    for dashboard in dashboards.values():
        found = [panel["id"] for panel in shipped.panels(dashboard)]
        assert found == list(range(1, len(found) + 1))
