"""What a plan says of a dashboard that changed: lines, not JSON."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from sightline.deploy import differences
from sightline.deploy.surfaces.grafana import things

GOLDEN = Path(__file__).parents[3] / "tests/golden/production/grafana/dashboards"
ERROR_RATE = {
    "id": 2,
    "type": "timeseries",
    "title": "Error Rate",
    "gridPos": {"h": 8, "w": 12, "x": 0, "y": 1},
    "targets": [{"refId": "A", "expr": "rate(errors_total[5m])"}],
    "fieldConfig": {
        "defaults": {
            "unit": "percentunit",
            "thresholds": {
                "mode": "absolute",
                "steps": [
                    {"color": "green", "value": None},
                    {"color": "orange", "value": 0.01},
                ],
            },
        },
        "overrides": [],
    },
}
LATENCY = {
    "id": 3,
    "type": "timeseries",
    "title": "Latency",
    "gridPos": {"h": 8, "w": 12, "x": 12, "y": 1},
    "targets": [{"refId": "A", "expr": "latency_seconds"}],
}
BOARD: dict[str, Any] = {
    "uid": "engineering",
    "title": "Engineering",
    "refresh": "5m",
    "tags": ["a"],
    "templating": {"list": [{"name": "service", "query": "label_values(up, service)"}]},
    "annotations": {"list": [{"name": "Deployments", "expr": "ALERTS"}]},
    "panels": [
        {"id": 1, "type": "row", "title": "Health", "gridPos": {"y": 0}, "panels": []},
        ERROR_RATE,
        LATENCY,
    ],
}


def _lines(after: dict[str, Any], folder: str = "ours") -> list[str]:
    return list(
        differences.describe(
            things.dashboard("engineering", BOARD, "ours"),
            things.dashboard("engineering", after, folder),
        )
    )


def _changed() -> dict[str, Any]:
    return copy.deepcopy(BOARD)


def test_query_is_named_by_its_panel_and_letter() -> None:
    after = _changed()
    after["panels"][1]["targets"][0]["expr"] = "rate(errors_total[10m])"
    assert _lines(after) == [
        "panel 'Error Rate': query A: rate(errors_total[5m]) → rate(errors_total[10m])"
    ]


def test_queries_come_and_go() -> None:
    after = _changed()
    after["panels"][1]["targets"] = [{"refId": "B", "expr": "up"}]
    assert _lines(after) == [
        "panel 'Error Rate': query A: removed",
        "panel 'Error Rate': query B: added up",
    ]


def test_thresholds_are_said_in_one_line() -> None:
    after = _changed()
    steps = after["panels"][1]["fieldConfig"]["defaults"]["thresholds"]["steps"]
    steps[1]["value"] = 0.02
    steps.append({"color": "red", "value": 0.05})
    (line,) = _lines(after)
    assert line == (
        "panel 'Error Rate': thresholds: green, orange from 0.01 →"
        " green, orange from 0.02, red from 0.05"
    )


def test_unit_title_size_and_row_are_said() -> None:
    after = _changed()
    after["panels"][1]["fieldConfig"]["defaults"]["unit"] = "reqps"
    after["panels"][1]["title"] = "Errors"
    after["panels"][1]["gridPos"]["w"] = 24
    after["panels"][0]["title"] = "Traffic"
    assert _lines(after) == [
        "row 'Health': removed",
        "row 'Traffic': added",
        "panel 'Error Rate': title: Error Rate → Errors",
        "panel 'Error Rate': row: Health → Traffic",
        "panel 'Error Rate': size: 12 by 8 → 24 by 8",
        "panel 'Error Rate': unit: percentunit → reqps",
        "panel 'Latency': row: Health → Traffic",
    ]


def test_panels_come_and_go_and_numbers_say_nothing() -> None:
    after = _changed()
    new = {**LATENCY, "title": "Queue", "targets": [{"refId": "A", "expr": "depth"}]}
    after["panels"] = [after["panels"][0], {**new, "id": 2}, {**LATENCY, "id": 9}]
    assert _lines(after) == [
        "panel 'Error Rate': removed",
        "panel 'Queue': added, asks depth",
    ]


def test_what_moved_is_counted() -> None:
    after = _changed()
    for panel in after["panels"][1:]:
        panel["gridPos"]["y"] += 8
    assert _lines(after) == ["layout: 2 panels moved"]


def test_variables_annotations_and_the_board_itself_are_said() -> None:
    after = _changed()
    after["refresh"] = "1m"
    after["templating"]["list"][0]["query"] = "label_values(up, job)"
    after["templating"]["list"].append({"name": "route"})
    after["annotations"]["list"] = []
    assert _lines(after, folder="archive") == [
        "folder: ours → archive",
        "refresh: 5m → 1m",
        "variable service.query: label_values(up, service) → label_values(up, job)",
        "variable route: added",
        "annotation Deployments: removed",
    ]


def test_numbers_alone_are_said_when_nothing_else_differs() -> None:
    after = _changed()
    after["panels"][2]["id"] = 30
    assert _lines(after) == ["panels[Latency].id: 3 → 30"]


def test_new_dashboard_is_summarised() -> None:
    board = things.dashboard("engineering", BOARD, "ours")
    assert differences.describe_new(board) == (
        "Engineering: 2 panels in 1 row, folder ours",
    )


@pytest.mark.parametrize(
    "path", sorted(GOLDEN.glob("*.json")), ids=lambda one: one.stem
)
def test_panel_taken_from_a_shipped_dashboard_is_one_line_and_the_layout(
    path: Path,
) -> None:
    board = json.loads(path.read_text())
    before = things.dashboard(path.stem, board, "skillancer")
    place = next(
        number for number, one in enumerate(board["panels"]) if one["type"] != "row"
    )
    taken = board["panels"].pop(place)
    after = things.dashboard(path.stem, board, "skillancer")
    assert differences.describe(before, after) == (
        f"panel {taken['title']!r}: removed",
    )
