"""What the receivers say about themselves: counts, and the last heartbeat."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import prometheus_client
from prometheus_client import core

from sightline.model import notifications, routing
from sightline.stack import files

__all__ = ["Heartbeat", "Tallies"]


class Heartbeat:
    """When the path from Prometheus to people was last seen whole; kept on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.last_at = _load_time(path)

    def beat(self, received_at: float) -> None:
        """Records a beat, in Unix seconds."""
        self.last_at = received_at
        files.write_atomically(self._path, json.dumps({"last_at": received_at}))


class Tallies:
    """The metrics of the receivers, in a registry of their own."""

    def __init__(self, heartbeat: Heartbeat) -> None:
        self.registry: Final = prometheus_client.CollectorRegistry()
        self.received: Final = prometheus_client.Counter(
            "sightline_notifications_received_total",
            "Notifications that arrived and were accepted.",
            ("channel", "state"),
            registry=self.registry,
        )
        self.refused: Final = prometheus_client.Counter(
            "sightline_notifications_refused_total",
            "Messages that the far side would not have accepted.",
            ("channel", "reason"),
            registry=self.registry,
        )
        self.heartbeats: Final = prometheus_client.Counter(
            "sightline_heartbeats_total",
            "Beats of the Watchdog alert that arrived.",
            registry=self.registry,
        )
        self._heartbeat = heartbeat
        self.registry.register(self)
        for channel in routing.Channel:
            for state in notifications.NotificationState:
                self.received.labels(channel.value, state.value)

    def collect(self) -> Iterator[core.Metric]:
        """Gives the time of the last heartbeat; nothing before the first."""
        if self._heartbeat.last_at is not None:
            yield core.GaugeMetricFamily(
                "sightline_last_heartbeat_timestamp_seconds",
                "When the last beat of the Watchdog alert arrived.",
                value=self._heartbeat.last_at,
            )


def _load_time(path: Path) -> float | None:
    try:
        return float(json.loads(path.read_bytes())["last_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # none yet, or unreadable: the next beat writes it anew
