"""Models for tests: everything has a sensible value, name only what matters."""

from collections.abc import Iterable, Mapping
from typing import Any

from sightline.model import (
    dashboards,
    environments,
    monitoring,
    names,
    routing,
    services,
    signals,
    sources,
    spans,
    units,
)

SPAN = spans.Span(file="monitoring/signals/http.yaml")


def duration(text: str) -> units.Duration:
    return units.Duration.parse(text)


def organisation(**changes: Any) -> services.Organisation:
    fields: dict[str, Any] = {
        "name": "Example",
        "namespace": "example",
        "default_team": names.TeamName("platform"),
        "runbook_base_url": "https://docs.example.com/runbooks",
        "dashboard_base_url": "https://grafana.example.com/d",
        "oncall_email": "oncall@example.com",
        "time_zone": "UTC",
    }
    return services.Organisation(**(fields | changes))


def service(name: str, **changes: Any) -> services.Service:
    fields: dict[str, Any] = {
        "name": names.ServiceName(name),
        "title": name,
        "team": names.TeamName("platform"),
        "health_endpoint": "/health",
        "expected_replicas": 3,
        "operations": (),
        "depends_on": (),
        "span": SPAN,
    }
    return services.Service(**(fields | changes))


def level(alert: str = "TooHigh", **changes: Any) -> signals.Level:
    priority = changes.get("priority", signals.Priority.P2)
    fields: dict[str, Any] = {
        "alert": names.AlertName(alert),
        "priority": priority,
        "severity": signals.AlertSeverity.of_priority(priority),
        "above": None,
        "below": None,
        "guard": None,
        "for_": duration("5m"),
        "keep_firing_for": None,
        "summary": None,
        "description": None,
        "runbook": names.kebab_case(alert),
        "heartbeat": False,
        "span": SPAN,
    }
    return signals.Level(**(fields | changes))


def signal(name: str = "http_error_ratio", **changes: Any) -> signals.Signal:
    fields: dict[str, Any] = {
        "name": names.SignalName(name),
        "title": "HTTP 5xx ratio",
        "description": "Share of requests that failed.",
        "unit": units.Unit.RATIO,
        "by": (),
        "query": "sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))",
        "record": None,
        "each": None,
        "service": None,
        "team": None,
        "source": "requests_total of the services",
        "levels": (),
        "span": SPAN,
    }
    return signals.Signal(**(fields | changes))


def exporter(job: str, **changes: Any) -> sources.Exporter:
    fields: dict[str, Any] = {
        "job": job,
        "service": names.ServiceName(job),
        "team": names.TeamName("platform"),
        "metrics_path": "/metrics",
        "span": SPAN,
    }
    return sources.Exporter(**(fields | changes))


def query(signal_name: str | None = None, **changes: Any) -> dashboards.PanelQuery:
    fields: dict[str, Any] = {
        "signal": names.SignalName(signal_name) if signal_name else None,
        "expr": None,
        "legend": "",
        "instant": False,
        "column": None,
        "unit": None,
    }
    return dashboards.PanelQuery(**(fields | changes))


def panel(*queries: dashboards.PanelQuery, **changes: Any) -> dashboards.Panel:
    fields: dict[str, Any] = {
        "kind": dashboards.PanelKind.TIMESERIES,
        "title": "",
        "description": "",
        "unit": None,
        "queries": queries,
        "calculation": dashboards.Calculation.LAST,
        "width": 12,
        "height": 8,
        "mappings": (),
        "stacked": False,
        "text": "",
        "minimum": None,
        "maximum": None,
        "span": SPAN,
    }
    return dashboards.Panel(**(fields | changes))


def row(*panels: dashboards.Panel, title: str = "Row") -> dashboards.Row:
    return dashboards.Row(title=title, collapsed=False, panels=panels)


def service_variable() -> dashboards.Variable:
    return dashboards.Variable(
        name="service",
        label="Service",
        metric=names.MetricName("up"),
        source_label=names.LabelName("service"),
    )


def dashboard(uid: str = "engineering", **changes: Any) -> dashboards.Dashboard:
    fields: dict[str, Any] = {
        "uid": names.DashboardUid(uid),
        "title": "Engineering Dashboard",
        "purpose": "Technical health",
        "tags": ("engineering",),
        "refresh": duration("30s"),
        "time_range": duration("6h"),
        "variables": (),
        "links": (),
        "rows": (),
        "span": SPAN,
    }
    return dashboards.Dashboard(**(fields | changes))


def route(
    priority: signals.Priority, *channels: routing.Channel
) -> routing.PriorityRoute:
    return routing.PriorityRoute(
        priority=priority,
        channels=channels,
        response="2 hours",
        time_to_page=None,
        group_wait=duration("30s"),
        group_interval=duration("5m"),
        repeat_interval=duration("4h"),
    )


def routing_table(
    inhibitions: Iterable[routing.Inhibition] = (),
) -> routing.Routing:
    pagerduty, webhook, email = routing.Channel
    channels: Mapping[signals.Priority, tuple[routing.Channel, ...]] = {
        signals.Priority.P0: (pagerduty, webhook, email),
        signals.Priority.P1: (webhook, email),
        signals.Priority.P2: (webhook,),
        signals.Priority.P3: (),
    }
    return routing.Routing(
        group_by=tuple(map(names.LabelName, ("alertname", "service", "priority"))),
        routes={
            priority: route(priority, *used) for priority, used in channels.items()
        },
        inhibitions=tuple(inhibitions),
    )


def environment(name: str = "production", **changes: Any) -> environments.Environment:
    fields: dict[str, Any] = {
        "name": name,
        "prometheus_url": "https://prometheus.example.com",
        "alertmanager_url": "https://alertmanager.example.com",
        "grafana_url": "https://grafana.example.com",
        "pagerduty_url": "https://events.pagerduty.com/v2/enqueue",
        "smtp_smarthost": "smtp.example.com:587",
        "smtp_from": "monitoring@example.com",
        "smtp_require_tls": True,
        "scrape_interval": duration("15s"),
        "evaluation_interval": duration("15s"),
        "retention": duration("40d"),
    }
    return environments.Environment(**(fields | changes))


def declaration(
    *declared: signals.Signal,
    services_: Iterable[services.Service] = (),
    dashboards_: Iterable[dashboards.Dashboard] = (),
    **changes: Any,
) -> monitoring.Monitoring:
    fields: dict[str, Any] = {
        "organisation": organisation(),
        "services": {one.name: one for one in services_},
        "exporters": (),
        "probes": (),
        "signals": {one.name: one for one in declared},
        "dashboards": {one.uid: one for one in dashboards_},
        "routing": routing_table(),
        "runbooks": {},
        "environments": {"production": environment()},
    }
    return monitoring.Monitoring(**(fields | changes))
