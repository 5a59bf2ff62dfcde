"""Grafana's dashboards as a spec has them; what is lost is said."""

from collections.abc import Mapping

from sightline.app.importing import boards, materials, naming
from sightline.compilers import documents

BOARD: Mapping[str, object] = {
    "uid": "abcDEF123",
    "title": "Shop API",
    "tags": ["shop", "Not A Slug"],
    "refresh": "30s",
    "time": {"from": "now-3h", "to": "now"},
    "templating": {
        "list": [
            {
                "name": "job",
                "type": "query",
                "query": {"query": "label_values(up, job)"},
            },
            {"name": "size", "type": "custom", "current": {"value": "10"}},
            {"name": "free", "type": "textbox"},
            {"name": "source", "type": "datasource"},
        ]
    },
    "panels": [
        {
            "type": "graph",
            "title": "Queue",
            "gridPos": {"w": 8, "h": 6},
            "targets": [{"expr": "queue", "legendFormat": "{{job}}"}],
        },
        {"type": "row", "title": "More"},
        {
            "type": "timeseries",
            "title": "Busy",
            "fieldConfig": {"defaults": {"unit": "percentunit"}},
            "targets": [{"expr": 'topk($size, busy{job="$job"})'}],
        },
        {"type": "timeseries", "title": "Free", "targets": [{"expr": "x > $free"}]},
        {"type": "piechart", "title": "Cake", "targets": [{"expr": "x"}]},
    ],
}


def convert(
    document: Mapping[str, object],
) -> tuple[str, documents.Document, list[str]]:
    board = materials.Board(document=document, place="shop.json")
    uid, written, left = boards.convert(board, {"queue": "queue_long"}, naming.Taken())
    return uid, written, [f"{one.subject}: {one.reason}" for one in left]


def test_panels_rows_and_variables_are_carried_over() -> None:
    uid, written, _ = convert(BOARD)
    assert uid == "shop-api"
    assert written == {
        "title": "Shop API",
        "purpose": "Imported from Grafana.",
        "tags": ["shop"],
        "refresh": "30s",
        "time_range": "3h",
        "variables": [{"name": "job", "label": "Job", "metric": "up", "from": "job"}],
        "rows": [
            {
                "title": "Overview",
                "panels": [
                    {
                        "title": "Queue",
                        "kind": "timeseries",
                        "description": "Queue, as in Grafana.",
                        "width": 8,
                        "height": 6,
                        "queries": [{"signal": "queue_long", "legend": "{{job}}"}],
                    }
                ],
            },
            {
                "title": "More",
                "panels": [
                    {
                        "title": "Busy",
                        "kind": "timeseries",
                        "description": "Busy, as in Grafana.",
                        "width": 12,
                        "height": 8,
                        "unit": "ratio",
                        "queries": [{"expr": 'topk(10, busy{job="$job"})'}],
                    }
                ],
            },
        ],
    }


def test_what_is_not_carried_over_is_said() -> None:
    board = "dashboard Shop API (shop.json)"
    only = "only label_values(metric, label) is carried over"
    _, _, left = convert(BOARD)
    assert left == [
        f"{board}: its address is /d/shop-api, no longer /d/abcDEF123",
        f"variable size of {board}: {only}; it is '10' for good",
        f"variable free of {board}: {only}; panels that use it are left out",
        f"panel 'Free' of {board}: a query uses the variable $free",
        f"panel 'Cake' of {board}: panels of the kind 'piechart' are not known",
    ]


def test_a_dashboard_of_the_second_schema_is_named() -> None:
    _, written, left = convert({"title": "New", "spec": {"elements": {}}})
    assert written is None
    assert left == [
        "dashboard New (shop.json): Grafana's second schema is not read yet"
    ]
