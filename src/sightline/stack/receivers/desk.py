"""Where every receiver hands in what arrived: inbox, counts and clock."""

from collections.abc import Callable
from dataclasses import dataclass

from sightline.model import notifications, routing
from sightline.stack.receivers import inbox as inboxes
from sightline.stack.receivers import tallies as counts

__all__ = ["Desk"]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the receivers share; `clock` gives Unix seconds."""

    inbox: inboxes.Inbox
    tallies: counts.Tallies
    heartbeat: counts.Heartbeat
    clock: Callable[[], float]

    def accept(self, notification: notifications.Notification) -> None:
        """Keeps a notification that the far side would have delivered."""
        self.inbox.append(notification)
        self.tallies.received.labels(
            notification.channel.value, notification.state.value
        ).inc()

    def refuse(self, channel: routing.Channel, reason: str) -> None:
        """Counts a message that nobody would have been told of."""
        self.tallies.refused.labels(channel.value, reason).inc()
