"""The routing tree: each priority its receiver and its waits, muted while planned."""

from collections.abc import Iterable, Mapping

from sightline.compilers import documents
from sightline.compilers.alertmanager import receivers
from sightline.model import monitoring, routing, signals, slos

__all__ = ["compile_routes"]

_DEFAULT_PRIORITY = signals.Priority.P2

# One beat for every group interval: a repeat interval below it never adds one.
# The far side should wait three minutes, since the first beat after a start of
# Prometheus may come a minute late.
_HEARTBEAT_WAITS: Mapping[str, documents.Document] = {
    "group_wait": "0s",
    "group_interval": "1m",
    "repeat_interval": "50s",
}


def compile_routes(declared: monitoring.Monitoring) -> documents.Document:
    """Gives the root route with, in this order, heartbeats, escalations, priorities."""
    table = declared.routing
    windows = declared.service_levels.maintenance
    default = table.routes[_DEFAULT_PRIORITY]
    # An alert that lost its priority is still somebody's problem, so what no route
    # claims is treated as medium instead of as nothing.
    return {
        **_waits(default),
        "receiver": receivers.receiver_name(default),
        "group_by": list(table.group_by),
        "routes": [
            *_heartbeat_routes(declared),
            *(_escalation_route(route, windows) for route in table.escalating),
            *(
                _priority_route(table.routes[priority], windows)
                for priority in signals.Priority
            ),
        ],
    }


def _heartbeat_routes(declared: monitoring.Monitoring) -> list[documents.Document]:
    return [
        {
            "matchers": [f'alertname="{level.alert}"'],
            "receiver": receivers.HEARTBEAT,
            **_HEARTBEAT_WAITS,
        }
        for signal in declared.signals.values()
        for level in signal.levels
        if level.heartbeat
    ]


def _escalation_route(
    route: routing.PriorityRoute, windows: Iterable[slos.MaintenanceWindow]
) -> documents.Document:
    """Gives the route of one priority's escalations: an incident for each alert."""
    return {
        "matchers": [
            f'alertname="{routing.ESCALATION_ALERT}"',
            f'priority="{route.priority.value}"',
        ],
        "receiver": receivers.ESCALATION,
        "group_by": ["alertname", "service", "priority", routing.ESCALATED_LABEL],
        **_waits(route),
        **_mutings(route.priority, windows),
    }


def _priority_route(
    route: routing.PriorityRoute, windows: Iterable[slos.MaintenanceWindow]
) -> documents.Document:
    return {
        "matchers": [f'priority="{route.priority.value}"'],
        "receiver": receivers.receiver_name(route),
        **_waits(route),
        **_mutings(route.priority, windows),
    }


def _waits(route: routing.PriorityRoute) -> Mapping[str, documents.Document]:
    return {
        "group_wait": str(route.group_wait),
        "group_interval": str(route.group_interval),
        "repeat_interval": str(route.repeat_interval),
    }


def _mutings(
    priority: signals.Priority, windows: Iterable[slos.MaintenanceWindow]
) -> Mapping[str, documents.Document]:
    """Gives child routes that mute services under maintenance; none where none is.

    A service may be in several windows, and Alertmanager takes one child only: the
    services that share the same windows share a child.
    """
    muting: dict[str, list[str]] = {}
    for window in windows:
        if priority in window.mutes:
            for service in window.services:
                muting.setdefault(service, []).append(window.name)
    sharing: dict[tuple[str, ...], list[str]] = {}
    for muted, window_names in muting.items():
        sharing.setdefault(tuple(window_names), []).append(muted)
    children: list[documents.Document] = [
        {
            "matchers": [f'service=~"{"|".join(members)}"'],
            "mute_time_intervals": list(window_names),
        }
        for window_names, members in sharing.items()
    ]
    return {"routes": children} if children else {}
