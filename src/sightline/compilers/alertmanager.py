"""`alertmanager.yml`: who hears of an alert, how soon, and in which words.

Secrets are named by file, relative to the configuration; none is ever in it.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath

from sightline.compilers import alert_templates, documents, slo
from sightline.model import artifacts, environments, monitoring, routing, signals

__all__ = ["DASHBOARD_ONLY", "HEARTBEAT", "compile_alertmanager", "receiver_name"]

DASHBOARD_ONLY = "dashboard-only"
"""The receiver of a priority without channels: seen, never sent."""

HEARTBEAT = "heartbeat"
"""The receiver outside that raises the alarm when the heartbeat ends."""

_DEFAULT_PRIORITY = signals.Priority.P2
_RESOLVE_TIMEOUT = "5m"
_SEND_TIMEOUT = "10s"

# One beat for every group interval: a repeat interval below it never adds one.
# The far side should wait three minutes, since the first beat after a start of
# Prometheus may come a minute late.
_HEARTBEAT_WAITS: Mapping[str, documents.Document] = {
    "group_wait": "0s",
    "group_interval": "1m",
    "repeat_interval": "50s",
}


def compile_alertmanager(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[artifacts.Artifact, ...]:
    """Gives `alertmanager.yml` and the templates that it reads."""
    document: dict[str, documents.Document] = {
        "global": _global_settings(environment),
        "templates": ["templates/*.tmpl"],
        "route": _root_route(declared),
        "inhibit_rules": [
            _inhibit_rule(rule)
            for rule in (*declared.routing.inhibitions, *slo.inhibitions(declared))
        ],
        "receivers": _receivers(declared),
    }
    if environment.event_recorder is not None:
        document["event_recorder"] = {
            "file_outputs": [{"path": environment.event_recorder}]
        }
    return (
        artifacts.Artifact(
            path=PurePosixPath("alertmanager/alertmanager.yml"),
            text=documents.render_yaml(document),
        ),
        alert_templates.compile_templates(),
    )


def receiver_name(route: routing.PriorityRoute) -> str:
    """Gives the receiver of a priority: `p0`, or `dashboard-only` without channels."""
    return route.priority.value.lower() if route.channels else DASHBOARD_ONLY


def _global_settings(environment: environments.Environment) -> documents.Document:
    settings: dict[str, documents.Document] = {
        "resolve_timeout": _RESOLVE_TIMEOUT,
        "pagerduty_url": environment.pagerduty_url,
        "smtp_smarthost": environment.smtp_smarthost,
        "smtp_from": environment.smtp_from,
        "smtp_require_tls": environment.smtp_require_tls,
    }
    if environment.smtp_username is not None:
        settings["smtp_auth_username"] = environment.smtp_username
        settings["smtp_auth_password_file"] = "secrets/smtp-password"  # noqa: S105 - a file's name
    return settings


def _root_route(declared: monitoring.Monitoring) -> documents.Document:
    routes = declared.routing.routes
    # An alert that lost its priority is still somebody's problem, so what no route
    # claims is treated as medium instead of as nothing.
    return {
        **_waits(routes[_DEFAULT_PRIORITY]),
        "receiver": receiver_name(routes[_DEFAULT_PRIORITY]),
        "group_by": list(declared.routing.group_by),
        "routes": [
            *_heartbeat_routes(declared),
            *(_priority_route(routes[priority]) for priority in signals.Priority),
        ],
    }


def _priority_route(route: routing.PriorityRoute) -> documents.Document:
    return {
        "matchers": [f'priority="{route.priority.value}"'],
        "receiver": receiver_name(route),
        **_waits(route),
    }


def _waits(route: routing.PriorityRoute) -> Mapping[str, documents.Document]:
    return {
        "group_wait": str(route.group_wait),
        "group_interval": str(route.group_interval),
        "repeat_interval": str(route.repeat_interval),
    }


def _heartbeat_routes(declared: monitoring.Monitoring) -> list[documents.Document]:
    return [
        {
            "matchers": [f'alertname="{level.alert}"'],
            "receiver": HEARTBEAT,
            **_HEARTBEAT_WAITS,
        }
        for signal in declared.signals.values()
        for level in signal.levels
        if level.heartbeat
    ]


def _inhibit_rule(rule: routing.Inhibition) -> documents.Document:
    return {
        "name": rule.name,
        "source_matchers": list(rule.source_matchers),
        "target_matchers": list(rule.target_matchers),
        "equal": list(rule.equal),
    }


def _receivers(declared: monitoring.Monitoring) -> list[documents.Document]:
    routes = declared.routing.routes
    sending = [routes[priority] for priority in signals.Priority]
    return [
        *(
            _receiver(route, declared.organisation.oncall_email)
            for route in sending
            if route.channels
        ),
        {"name": DASHBOARD_ONLY},
        {
            "name": HEARTBEAT,
            "webhook_configs": [
                {
                    "url_file": "secrets/heartbeat-url",
                    "send_resolved": False,
                    "timeout": _SEND_TIMEOUT,
                }
            ],
        },
    ]


def _receiver(route: routing.PriorityRoute, email: str) -> documents.Document:
    receiver: dict[str, documents.Document] = {"name": receiver_name(route)}
    for channel in route.channels:
        match channel:
            case routing.Channel.PAGERDUTY:
                receiver["pagerduty_configs"] = [_pagerduty()]
            case routing.Channel.WEBHOOK:
                receiver["webhook_configs"] = [_webhook()]
            case routing.Channel.EMAIL:
                receiver["email_configs"] = [_email(email)]
    return receiver


def _pagerduty() -> documents.Document:
    return {
        "routing_key_file": "secrets/pagerduty-routing-key",
        "send_resolved": True,
        "timeout": _SEND_TIMEOUT,
        "client": "sightline",
        "client_url": '{{ template "sightline.dashboard" . }}',
        "description": '{{ template "sightline.title" . }}',
        "severity": '{{ template "sightline.severity" . }}',
        "class": '{{ template "sightline.alert" . }}',
        "component": '{{ template "sightline.service" . }}',
        "group": '{{ template "sightline.priority" . }}',
        "links": [
            {"href": '{{ template "sightline.runbook" . }}', "text": "Runbook"},
            {"href": '{{ template "sightline.dashboard" . }}', "text": "Dashboard"},
        ],
        # Alertmanager's own `firing` and `resolved` are lists without our texts.
        "details": {
            "firing": '{{ template "sightline.firing" . }}',
            "resolved": '{{ template "sightline.resolved" . }}',
            "runbook": '{{ template "sightline.runbook" . }}',
            "dashboard": '{{ template "sightline.dashboard" . }}',
        },
    }


def _webhook() -> documents.Document:
    return {
        "url_file": "secrets/webhook-url",
        "send_resolved": True,
        "timeout": _SEND_TIMEOUT,
        "http_config": {
            "authorization": {
                "type": "Bearer",
                "credentials_file": "secrets/webhook-token",
            }
        },
    }


def _email(address: str) -> documents.Document:
    return {
        "to": address,
        "send_resolved": True,
        "headers": {"Subject": '{{ template "sightline.title" . }}'},
        "html": '{{ template "sightline.email.html" . }}',
        "text": '{{ template "sightline.email.text" . }}',
    }
