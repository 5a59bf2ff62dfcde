"""The history of an alert: when it fired, and how long people waited to be told."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sightline.app.console import inbox
from sightline.clients import prometheus
from sightline.model import notifications

__all__ = ["Episode", "Measured", "find_episodes", "match_notifications"]

_GAP: Final = 1.5
_OWN: Final = frozenset({"__name__", "alertname", "alertstate"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One time that an alert instance fired; times in Unix seconds.

    Attributes:
        lasts: it had not ended when the history was read.
    """

    labels: Mapping[str, str]
    begin: float
    end: float
    lasts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How long after its condition began people were told of an alert."""

    channel: str
    began_at: float
    received_at: float

    @property
    def seconds(self) -> float:
        """From the condition's begin to the notification."""
        return self.received_at - self.began_at


def find_episodes(
    found: Iterable[prometheus.Series], step: float, end: float
) -> tuple[Episode, ...]:
    """Gives the episodes of `ALERTS` series over time, the newest first.

    Args:
        found: with a point wherever the alert fired.
        step: seconds between two points.
        end: of the range that was asked for.
    """
    episodes = [one for series in found for one in _split(series, step, end)]
    return tuple(sorted(episodes, key=lambda one: one.begin, reverse=True))


def _split(series: prometheus.Series, step: float, end: float) -> Iterator[Episode]:
    labels = {name: text for name, text in series.labels.items() if name not in _OWN}
    begin = previous = None
    for time, _ in series.points:
        if begin is None or previous is None or time - previous > step * _GAP:
            if begin is not None and previous is not None:
                yield Episode(labels=labels, begin=begin, end=previous, lasts=False)
            begin = time
        previous = time
    if begin is not None and previous is not None:
        lasts = end - previous < step * _GAP
        yield Episode(labels=labels, begin=begin, end=previous, lasts=lasts)


def match_notifications(
    name: str, begun: Iterable[prometheus.Sample], told: Iterable[inbox.Delivery]
) -> tuple[Measured, ...]:
    """Gives how soon each channel told of each begin of an alert, newest first.

    Args:
        name: of the alert.
        begun: samples of `ALERTS_FOR_STATE`: their number is when it became pending.
        told: what arrived, in any order.
    """
    starts = sorted({(one.number, one.labels.get("service", "")) for one in begun})
    first: dict[tuple[str, float], Measured] = {}
    for delivery in sorted(told, key=lambda one: one.notification.received_at):
        notification = delivery.notification
        if not _is_about(notification, name):
            continue
        began_at = _find_start(notification, starts)
        if began_at is not None:
            channel = notification.channel.value
            first.setdefault(
                (channel, began_at),
                Measured(
                    channel=channel,
                    began_at=began_at,
                    received_at=notification.received_at,
                ),
            )
    return tuple(sorted(first.values(), key=lambda one: one.received_at, reverse=True))


def _is_about(notification: notifications.Notification, name: str) -> bool:
    is_firing = notification.state is notifications.NotificationState.FIRING
    return is_firing and notification.labels.get("alertname") == name


def _find_start(
    notification: notifications.Notification, starts: list[tuple[float, str]]
) -> float | None:
    """Gives the last begin before a notification arrived, of the same service."""
    service = notification.labels.get("service", "")
    before = [
        start
        for start, whose in starts
        if start <= notification.received_at and whose == service
    ]
    return max(before, default=None)
