"""Who hears of an alert, how soon, and through which channels."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sightline.model import names, signals, units

__all__ = [
    "ESCALATED_LABEL",
    "ESCALATION_ALERT",
    "Channel",
    "Inhibition",
    "PriorityRoute",
    "Routing",
]

ESCALATION_ALERT: Final = names.AlertName("EscalatedAlert")
"""Raised when another alert outlives the promised response."""

ESCALATED_LABEL: Final = names.LabelName("escalated_alert")
"""The label of `ESCALATION_ALERT` that names the alert that nobody answered."""


class Channel(enum.Enum):
    """A way to reach people; the value is Alertmanager's integration name."""

    PAGERDUTY = "pagerduty"
    WEBHOOK = "webhook"
    EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityRoute:
    """What the alerts of one priority do.

    Attributes:
        channels: empty means that the alert is seen on dashboards only.
        response: the promise to the reader, in words (`Immediate`, `30 minutes`).
        time_to_page: the promised worst case from the condition's begin to the
            notification, without the alert's own `for`; `None` promises nothing.
        escalate_after: how long an alert may fire until the on-call engineer is paged
            about it, with low urgency; `None` never does that.
    """

    priority: signals.Priority
    channels: tuple[Channel, ...]
    response: str
    time_to_page: units.Duration | None
    group_wait: units.Duration
    group_interval: units.Duration
    repeat_interval: units.Duration
    escalate_after: units.Duration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inhibition:
    """A cause that mutes its symptoms, in Alertmanager's matcher syntax."""

    name: str
    source_matchers: tuple[str, ...]
    target_matchers: tuple[str, ...]
    equal: tuple[names.LabelName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """The whole routing table; `routes` has every priority exactly once."""

    group_by: tuple[names.LabelName, ...]
    routes: Mapping[signals.Priority, PriorityRoute]
    inhibitions: tuple[Inhibition, ...]

    @property
    def escalating(self) -> tuple[PriorityRoute, ...]:
        """The routes whose alerts escalate, most urgent first."""
        return tuple(
            route for route in self.routes.values() if route.escalate_after is not None
        )
