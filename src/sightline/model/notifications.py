"""A notification as it arrived at the far side: the inbox of the local stack."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from sightline.model import routing

__all__ = ["Notification", "NotificationState"]


class NotificationState(enum.Enum):
    """Whether the notification says that something began or that it ended."""

    FIRING = "firing"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message about one alert group, from one channel.

    Attributes:
        received_at: Unix seconds at which the far side had it in full.
        labels: the labels that all its alerts share.
        dedup_key: what the channel calls the incident; empty where it has none.
        problems: how the message breaks the channel's published contract. PagerDuty
            refuses such an event, so nobody is told of it; a mail arrives regardless.
    """

    channel: routing.Channel
    state: NotificationState
    received_at: float
    title: str
    body: str
    labels: Mapping[str, str]
    runbook_url: str
    dashboard_url: str
    dedup_key: str
    problems: tuple[str, ...]
