"""Alertmanager's receivers: which channels, with which texts and which secrets."""

from collections.abc import Iterable

from sightline.compilers import documents
from sightline.model import environments, monitoring, routing, signals

__all__ = [
    "DASHBOARD_ONLY",
    "ESCALATION",
    "HEARTBEAT",
    "compile_receivers",
    "receiver_name",
    "secret_file",
    "secret_names",
]

DASHBOARD_ONLY = "dashboard-only"
"""The receiver of a priority without channels: seen, never sent."""

ESCALATION = "escalation"
"""The receiver of alerts that outlived the promised response."""

HEARTBEAT = "heartbeat"
"""The receiver outside that raises the alarm when the heartbeat ends."""

_SEND_TIMEOUT = "10s"


def receiver_name(route: routing.PriorityRoute) -> str:
    """Gives the receiver of a priority: `p0`, or `dashboard-only` without channels."""
    return route.priority.value.lower() if route.channels else DASHBOARD_ONLY


def secret_file(environment: environments.Environment, name: str) -> str:
    """Gives the path of a secret, as Alertmanager reads it at run time."""
    return f"{environment.secrets_directory}/{name}"


def secret_names(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[str, ...]:
    """Gives the names of all secrets that the configuration reads, sorted."""
    channels = {
        channel
        for route in declared.routing.routes.values()
        for channel in route.channels
    }
    found = {"heartbeat-url"}
    if routing.Channel.PAGERDUTY in channels or declared.routing.escalating:
        found.add("pagerduty-routing-key")
    if routing.Channel.WEBHOOK in channels:
        found |= {"webhook-url", "webhook-token"}
    if environment.smtp_username is not None:
        found.add("smtp-password")
    return tuple(sorted(found))


def compile_receivers(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> list[documents.Document]:
    """Gives every receiver that a route names, each with its channels."""
    maker = _Maker(environment, declared.organisation.oncall_email)
    routes = [declared.routing.routes[priority] for priority in signals.Priority]
    escalates = bool(declared.routing.escalating)
    pagerduty = (routing.Channel.PAGERDUTY,)
    return [
        *(
            maker.receiver(receiver_name(route), route.channels)
            for route in routes
            if route.channels
        ),
        *([maker.receiver(ESCALATION, pagerduty)] if escalates else []),
        {"name": DASHBOARD_ONLY},
        {"name": HEARTBEAT, "webhook_configs": [maker.heartbeat()]},
    ]


class _Maker:
    """Makes the integrations of one environment."""

    def __init__(self, environment: environments.Environment, email: str) -> None:
        self._environment = environment
        self._email_address = email

    def receiver(
        self, name: str, channels: Iterable[routing.Channel]
    ) -> documents.Document:
        receiver: dict[str, documents.Document] = {"name": name}
        for channel in channels:
            match channel:
                case routing.Channel.PAGERDUTY:
                    receiver["pagerduty_configs"] = [self._pagerduty()]
                case routing.Channel.WEBHOOK:
                    receiver["webhook_configs"] = [self._webhook()]
                case routing.Channel.EMAIL:
                    receiver["email_configs"] = [self._email()]
        return receiver

    def heartbeat(self) -> documents.Document:
        return {
            "url_file": self._secret("heartbeat-url"),
            "send_resolved": False,
            "timeout": _SEND_TIMEOUT,
        }

    def _secret(self, name: str) -> str:
        return secret_file(self._environment, name)

    def _pagerduty(self) -> documents.Document:
        return {
            "routing_key_file": self._secret("pagerduty-routing-key"),
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

    def _webhook(self) -> documents.Document:
        return {
            "url_file": self._secret("webhook-url"),
            "send_resolved": True,
            "timeout": _SEND_TIMEOUT,
            "http_config": {
                "authorization": {
                    "type": "Bearer",
                    "credentials_file": self._secret("webhook-token"),
                }
            },
        }

    def _email(self) -> documents.Document:
        return {
            "to": self._email_address,
            "send_resolved": True,
            "headers": {"Subject": '{{ template "sightline.title" . }}'},
            "html": '{{ template "sightline.email.html" . }}',
            "text": '{{ template "sightline.email.text" . }}',
        }
