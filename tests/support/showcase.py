"""A dashboard with what public dashboards use beyond the gallery: old forms too."""

import json
from collections.abc import Iterator, Mapping

from support import gallery

__all__ = ["dashboard"]

_LEGEND = {"showLegend": True, "displayMode": "list", "placement": "bottom"}
_LAST = {"calcs": ["lastNotNull"], "fields": "", "values": False}


def dashboard() -> str:
    """Gives the dashboard's JSON."""
    return json.dumps(
        {
            "uid": "showcase",
            "title": "Showcase",
            "timezone": "utc",
            "graphTooltip": 1,
            "time": {"from": "now-1h", "to": "now"},
            "templating": {"list": list(_variables())},
            "panels": [*_place(_panels()), "no panel at all"],
        }
    )


def _variables() -> Iterator[Mapping[str, object]]:
    yield {"name": "source", "type": "datasource", "query": "prometheus"}
    yield {
        "name": "service",
        "type": "query",
        "query": "label_values(requests_rate, service)",
        "multi": True,
        "includeAll": True,
        "sort": 1,
    }
    yield {
        "name": "chained",
        "type": "query",
        "query": {"query": 'query_result(error_ratio{service=~"$service"})'},
        "regex": '/service="(?<text>[^"]+)".*} (?<value>[0-9.]+)/',
    }
    yield {"name": "factor", "type": "custom", "query": "once : 1, double : 2"}
    yield {"name": "every", "type": "interval", "query": "1m,5m", "auto": True}
    yield {"name": "words", "type": "textbox", "query": "hello"}


def _panels() -> Iterator[dict[str, object]]:
    target = gallery._target
    service = {"legendFormat": "{{service}}"}
    queue = {"legendFormat": "{{queue}}"}
    rates = target("requests_rate", **service)
    yield _make("barchart", "Bar chart", [target("queue_depth", instant=True, **queue)])
    yield _make(
        "status-history",
        "History",
        [target("is_up", **service)],
        fields={"mappings": _UP},
    )
    yield _make("heatmap", "Heat", [target("request_bucket", legendFormat="{{le}}")])
    yield _make(
        "piechart",
        "Pie",
        [target("queue_depth", **queue)],
        options={
            "reduceOptions": _LAST,
            "pieType": "donut",
            "legend": {**_LEGEND, "values": ["percent", "value"]},
        },
    )
    yield _make("histogram", "Spread", [target("memory_bytes")])
    yield _make("logs", "Lines", [target("error_ratio", **service)])
    yield _make("alertlist", "Alerts", [])
    yield _make(
        "timeseries",
        "Two axes",
        [rates, target("memory_bytes", "B", legendFormat="memory")],
        fields={"unit": "reqps", "custom": {"axisLabel": "rate"}},
        overrides=[
            _override("byName", "memory", {"unit": "bytes"}),
            _override("byRegexp", "/^bil/", {"custom.transform": "negative-Y"}),
        ],
        options={"legend": {**_LEGEND, "sortBy": "Name", "sortDesc": True}},
    )
    yield _make(
        "timeseries",
        "Shares",
        [rates],
        fields={
            "custom": {
                "drawStyle": "bars",
                "fillOpacity": 80,
                "stacking": {"mode": "percent", "group": "A"},
            }
        },
    )
    yield _make(
        "timeseries",
        "Logarithm",
        [target("queue_depth", **queue)],
        fields={
            "custom": {
                "scaleDistribution": {"type": "log", "log": 10},
                "drawStyle": "points",
                "thresholdsStyle": {"mode": "line+area"},
            },
            "thresholds": {"mode": "absolute", "steps": gallery._RATIO_STEPS},
        },
    )
    yield _make(
        "table",
        "Reduced",
        [rates, target("error_ratio", "B", **service)],
        fields={
            "custom": {"filterable": True, "cellOptions": {"type": "gauge"}},
            "links": [
                {"title": "go", "url": "/d/gallery?var-service=${__data.fields.Field}"}
            ],
        },
        options={"footer": {"show": True, "reducer": ["sum"]}, "showHeader": True},
        transformations=[
            {"id": "reduce", "options": {"reducers": ["max", "mean"]}},
            {
                "id": "calculateField",
                "options": {
                    "mode": "binary",
                    "alias": "Twice",
                    "binary": {"left": "Max", "operator": "*", "right": "$factor"},
                },
            },
            {
                "id": "renameByRegex",
                "options": {"regex": "M(.*)", "renamePattern": "m$1"},
            },
        ],
    )
    yield _make(
        "stat",
        "Repeated $service",
        [target('requests_rate{service=~"$service"} * $factor', **service)],
        more={"repeat": "service", "repeatDirection": "h", "maxPerRow": 4},
    )
    yield {
        "type": "graph",
        "title": "Old graph",
        "gridPos": {"x": 0, "y": 60, "w": 12, "h": 8},
        "targets": [rates],
        "yaxes": [{"format": "reqps"}, {"format": "bytes"}],
        "seriesOverrides": [{"alias": "web", "yaxis": 2}],
        "lines": True,
        "fill": 2,
        "legend": {"show": True, "values": True, "max": True},
    }
    yield {
        "type": "singlestat",
        "title": "Old stat",
        "gridPos": {"x": 12, "y": 60, "w": 6, "h": 8},
        "targets": [target("sum(requests_rate)")],
        "format": "reqps",
        "valueName": "current",
        "thresholds": "10,40",
        "colorValue": True,
        "colors": ["green", "orange", "red"],
    }
    yield _make("marcusolsson-hexmap-panel", "Foreign", [target("up")])
    yield {"type": "table", "title": "Broken fields", "gridPos": None, "targets": None}


_UP = [{"type": "value", "options": {"0": {"text": "down"}, "1": {"text": "up"}}}]


def _override(matcher: str, options: str, found: Mapping[str, object]) -> object:
    return {
        "matcher": {"id": matcher, "options": options},
        "properties": [{"id": key, "value": value} for key, value in found.items()],
    }


def _make(  # noqa: PLR0913 - a panel has these parts
    kind: str,
    title: str,
    targets: list[dict[str, object]],
    *,
    fields: Mapping[str, object] | None = None,
    overrides: list[object] | None = None,
    options: Mapping[str, object] | None = None,
    transformations: list[Mapping[str, object]] | None = None,
    more: Mapping[str, object] | None = None,
) -> dict[str, object]:
    return {
        "type": kind,
        "title": title,
        "targets": targets,
        "fieldConfig": {"defaults": fields or {}, "overrides": overrides or []},
        "options": options or {"legend": _LEGEND, "reduceOptions": _LAST},
        "transformations": transformations or [],
        **(more or {}),
    }


def _place(panels: Iterator[dict[str, object]]) -> Iterator[dict[str, object]]:
    """Gives the panels two in a row, where they have no place of their own."""
    for number, panel in enumerate(panels):
        place = {"x": number % 2 * 12, "y": number // 2 * 8, "w": 12, "h": 8}
        yield {"id": number + 1, "gridPos": place, **panel}
