"""A dashboard with one panel of each type, and the series that it shows."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = [
    "FIRING_LABELS",
    "HOSTILE_LABELS",
    "PROOFS",
    "ROUTES",
    "RULES",
    "STEP",
    "dashboard",
    "exposition",
    "prometheus_config",
    "scrape",
]

STEP = 15
HOSTILE_LABELS = (
    "<script>window.hacked=1</script>",
    '"><img src=x onerror=window.hacked=1>',
    "quote\" and \\ and '",
    "right \u202eto left",
    "\U0001f525 " + "long " * 200,
)

FIRING_LABELS = {
    "alertname": "HighErrorRate",
    "service": "billing",
    "priority": "P0",
    "severity": "critical",
}
RULES = """\
groups:
  - name: gallery
    interval: 1s
    rules:
      - record: service:errors:ratio
        expr: max by (service) (error_ratio)
      - alert: HighErrorRate
        expr: service:errors:ratio > 0.05 and on (service) (requests_rate > 1)
        labels: {priority: P0, severity: critical}
        annotations:
          summary: "{{ $labels.service }}: {{ $value | humanizePercentage }} fail"
          runbook_url: https://docs.example.com/runbooks/high-error-rate
          dashboard_url: https://grafana.example.com/d/engineering
      - alert: LatencyElevated
        expr: latency_seconds > 1
        for: 30m
        labels: {priority: P2, severity: warning}
        annotations: {summary: "slow"}
      - alert: Watchdog
        expr: vector(1)
        labels: {priority: P3, severity: info}
"""
ROUTES = """\
route:
  receiver: quiet
  group_by: [alertname, service]
  routes:
    - {matchers: [priority="P0"], receiver: page, group_wait: 0s, repeat_interval: 1h}
    - {matchers: [priority="P2"], receiver: note, group_wait: 1m}
receivers:
  - name: quiet
  - name: page
    webhook_configs: [{url: "http://127.0.0.1:9/"}]
  - name: note
    webhook_configs: [{url: "http://127.0.0.1:9/"}]
"""
PROOFS = json.dumps(
    {
        "alerts": 2,
        "proofs": [
            {"alert": "HighErrorRate", "verdict": "proven", "reason": ""},
            {
                "alert": "LatencyElevated",
                "verdict": "refuted",
                "reason": "it never clears",
            },
        ],
    }
)


def prometheus_config(folder: Path, alertmanager_port: int, samples: int) -> str:
    """Gives the configuration of a Prometheus that evaluates the gallery's rules.

    Args:
        folder: has the rules.
        alertmanager_port: of the Alertmanager on this machine.
        samples: the port at which the present samples are scraped.
    """
    return json.dumps(
        {
            "global": {"scrape_interval": "15s", "evaluation_interval": "1s"},
            "rule_files": [str(folder / "rules.yml")],
            "scrape_configs": [
                {
                    "job_name": "gallery",
                    "scrape_interval": "1s",
                    "honor_labels": True,
                    "metric_relabel_configs": [
                        {"action": "labeldrop", "regex": "instance|job"}
                    ],
                    "static_configs": [{"targets": [f"127.0.0.1:{samples}"]}],
                }
            ],
            "alerting": {
                "alertmanagers": [
                    {
                        "static_configs": [
                            {"targets": [f"127.0.0.1:{alertmanager_port}"]}
                        ]
                    }
                ]
            },
        }
    )


_SOURCE = {"type": "prometheus", "uid": "prometheus"}
_RATIO_STEPS = [
    {"color": "green", "value": None},
    {"color": "yellow", "value": 0.01},
    {"color": "red", "value": 0.05},
]


def exposition(start: int, end: int) -> str:
    """Gives the series in OpenMetrics text, one sample per step."""
    lines = []
    for name, rows in _SERIES.items():
        lines.append(f"# TYPE {name} unknown")
        for labels, values in rows:
            written = ",".join(f"{key}={_quote(text)}" for key, text in labels.items())
            for number, time in enumerate(range(start, end + 1, STEP)):
                lines.append(f"{name}{{{written}}} {values(number)!r} {time}")
    return "\n".join([*lines, "# EOF", ""])


def scrape(seconds: int) -> str:
    """Gives the samples at one time, `seconds` after the start, without times."""
    lines = []
    for name, rows in _SERIES.items():
        lines.append(f"# TYPE {name} gauge")
        for labels, values in rows:
            written = ",".join(f"{key}={_quote(text)}" for key, text in labels.items())
            lines.append(f"{name}{{{written}}} {values(seconds // STEP)!r}")
    return "\n".join([*lines, ""])


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


_SERIES: Mapping[str, list[tuple[Mapping[str, str], Any]]] = {
    "requests_rate": [
        ({"service": "web"}, lambda number: 40 + number % 7),
        ({"service": "billing"}, lambda number: 3 + number % 2 / 4),
    ],
    "error_ratio": [
        ({"service": "web"}, lambda _: 0.002),
        ({"service": "billing"}, lambda _: 0.07),
    ],
    "memory_bytes": [({"service": "web"}, lambda number: 3 * 2**28 + number * 2**20)],
    "latency_seconds": [
        ({"service": "web"}, lambda _: 0.0491),
        ({"service": "billing"}, lambda _: 1.2),
    ],
    "queue_depth": [
        ({"queue": "emails"}, lambda _: 1300),
        ({"queue": "invoices"}, lambda _: 20),
        ({"queue": "exports"}, lambda _: 411),
    ],
    "is_up": [
        ({"service": "web"}, lambda _: 1),
        ({"service": "billing"}, lambda number: 0 if 30 < number < 60 else 1),
    ],
    "request_bucket": [
        ({"le": "0.1"}, lambda number: 10 + number % 3),
        ({"le": "0.5"}, lambda number: 14 + number % 3),
        ({"le": "+Inf"}, lambda number: 15 + number % 3),
    ],
    "slo:error_budget_remaining:ratio": [
        ({"slo": "gateway-availability", "service": "api-gateway"}, lambda _: 0.42),
        ({"slo": "payment-availability", "service": "billing-svc"}, lambda _: -0.1),
    ],
    "slo:sli_error:ratio1h": [
        ({"slo": "gateway-availability", "service": "api-gateway"}, lambda _: 0.0008),
    ],
    "hostile": [({"name": name}, lambda _: 5) for name in HOSTILE_LABELS],
}


def _target(expr: str, letter: str = "A", **more: object) -> dict[str, object]:
    instant = bool(more.get("instant"))
    return {
        "datasource": _SOURCE,
        "expr": expr,
        "refId": letter,
        "legendFormat": "__auto",
        "range": not instant,
        **more,
    }


def _panels() -> Iterator[dict[str, object]]:
    reduce = {"calcs": ["lastNotNull"], "fields": "", "values": False}
    stat = {
        "colorMode": "value",
        "graphMode": "area",
        "textMode": "auto",
        "orientation": "auto",
        "reduceOptions": reduce,
    }
    ratio = {
        "unit": "percentunit",
        "thresholds": {"mode": "absolute", "steps": _RATIO_STEPS},
    }
    by_service = {"legendFormat": "{{service}}"}
    legend = {
        "displayMode": "list",
        "placement": "bottom",
        "showLegend": True,
        "calcs": ["lastNotNull"],
    }
    yield _panel(
        "stat",
        "Requests",
        6,
        5,
        [_target("sum(requests_rate)")],
        {"unit": "reqps"},
        stat,
    )
    yield _panel("stat", "Errors", 6, 5, [_target("max(error_ratio)")], ratio, stat)
    yield _panel(
        "stat",
        "Memory",
        6,
        5,
        [_target("memory_bytes")],
        {"unit": "bytes"},
        {**stat, "colorMode": "background"},
    )
    yield _panel(
        "stat",
        "Latencies",
        6,
        5,
        [_target("latency_seconds", **by_service)],
        {"unit": "s"},
        stat,
    )
    yield _panel(
        "gauge",
        "Error gauge",
        6,
        7,
        [_target("error_ratio", instant=True, **by_service)],
        {**ratio, "min": 0, "max": 0.1},
        {"reduceOptions": reduce, "showThresholdMarkers": True},
    )
    yield _panel(
        "bargauge",
        "Queues",
        6,
        7,
        [_target("queue_depth", instant=True, legendFormat="{{queue}}")],
        {
            "unit": "short",
            "thresholds": {
                "mode": "absolute",
                "steps": [
                    {"color": "green", "value": None},
                    {"color": "orange", "value": 1000},
                ],
            },
        },
        {"displayMode": "basic", "orientation": "horizontal", "reduceOptions": reduce},
    )
    yield _panel(
        "state-timeline",
        "Up",
        12,
        7,
        [_target("is_up", **by_service)],
        {
            "mappings": [
                {
                    "type": "value",
                    "options": {
                        "0": {"text": "down", "color": "red"},
                        "1": {"text": "up", "color": "green"},
                    },
                }
            ],
            "custom": {"fillOpacity": 80},
        },
        {"legend": {**legend, "calcs": []}, "showValue": "auto"},
    )
    yield _panel(
        "timeseries",
        "Request rate",
        12,
        8,
        [_target("requests_rate", **by_service)],
        {"unit": "reqps", "custom": {"fillOpacity": 8, "lineWidth": 1}},
        {"legend": legend, "tooltip": {"mode": "multi", "sort": "desc"}},
    )
    yield _panel(
        "timeseries",
        "Error ratio",
        12,
        8,
        [_target("error_ratio", **by_service)],
        {
            **ratio,
            "custom": {
                "thresholdsStyle": {"mode": "dashed"},
                "stacking": {"mode": "normal"},
                "fillOpacity": 25,
            },
        },
        {"legend": legend},
    )
    yield _panel(
        "table",
        "Services",
        12,
        7,
        [
            _target("max by (service) (requests_rate)", "A", instant=True),
            _target("max by (service) (error_ratio)", "B", instant=True),
        ],
        {"unit": "short"},
        {"showHeader": True, "cellHeight": "sm"},
        transformations=[
            {"id": "merge", "options": {}},
            {
                "id": "organize",
                "options": {
                    "excludeByName": {"Time": True},
                    "indexByName": {"service": 0, "Value #A": 1, "Value #B": 2},
                    "renameByName": {
                        "service": "Service",
                        "Value #A": "Rate",
                        "Value #B": "Errors",
                    },
                },
            },
        ],
        overrides=[
            {
                "matcher": {"id": "byName", "options": "Rate"},
                "properties": [{"id": "unit", "value": "reqps"}],
            },
            {
                "matcher": {"id": "byName", "options": "Errors"},
                "properties": [
                    {"id": "unit", "value": "percentunit"},
                    {"id": "thresholds", "value": ratio["thresholds"]},
                    {"id": "custom.cellOptions", "value": {"type": "color-text"}},
                ],
            },
        ],
    )
    yield _panel("text", "", 12, 7, [], {}, {"mode": "markdown", "content": _TEXT})
    yield _panel(
        "timeseries",
        "Hostile",
        12,
        8,
        [_target("hostile", legendFormat="{{name}}")],
        {},
        {"legend": legend},
    )
    yield _panel("nodeGraph", "Graph", 6, 8, [], {}, {})
    yield _panel(
        "timeseries", "Broken", 6, 8, [_target("sum(")], {}, {"legend": legend}
    )
    yield _panel(
        "timeseries",
        "Nothing",
        12,
        6,
        [_target("absent_metric")],
        {},
        {"legend": legend},
    )


_TEXT = """## Read this *first*

Rates are **per second**; see [the guide](https://example.com/guide) or `docs/`.

- one
- two <b>not bold</b> <script>window.hacked=1</script>
  1. nested

[bad](javascript:window.hacked=1)
"""


def _panel(  # noqa: PLR0913, PLR0917 - a panel has these parts
    kind: str,
    title: str,
    width: int,
    height: int,
    targets: list[dict[str, object]],
    defaults: Mapping[str, object],
    options: Mapping[str, object],
    transformations: list[dict[str, object]] | None = None,
    overrides: list[dict[str, object]] | None = None,
) -> dict[str, object]:
    return {
        "type": kind,
        "title": title,
        "gridPos": {"w": width, "h": height},
        "targets": targets,
        "fieldConfig": {"defaults": dict(defaults), "overrides": overrides or []},
        "options": dict(options),
        "transformations": transformations or [],
    }


def dashboard() -> str:
    """Gives the dashboard's JSON, its panels laid out in reading order."""
    x, y, tallest = 0, 0, 0
    panels = []
    for number, panel in enumerate(_panels(), 1):
        place: Any = panel["gridPos"]
        if x + place["w"] > 24:
            x, y, tallest = 0, y + tallest, 0
        place.update(x=x, y=y)
        x, tallest = x + place["w"], max(tallest, place["h"])
        panels.append({"id": number, **panel})
    return json.dumps(
        {
            "uid": "gallery",
            "title": "Gallery",
            "description": "One panel of each type",
            "timezone": "utc",
            "time": {"from": "now-1h", "to": "now"},
            "refresh": "",
            "panels": panels,
        }
    )
