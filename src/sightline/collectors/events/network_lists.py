"""The lists of networks as a source of their own: read again, and their age shown."""

from collections.abc import Callable
from typing import Final

from sightline.collectors import readings
from sightline.collectors.events import lookups

__all__ = ["NetworksSource"]

_LABELS: Final = ("list",)


class NetworksSource:
    """Reads changed files at each turn, and tells how every list is doing.

    Args:
        changed: called when what is known about addresses has changed.
    """

    def __init__(self, known: lookups.Lookups, changed: Callable[[], None]) -> None:
        self._known = known
        self._changed = changed

    async def collect(self) -> readings.Reading:
        """Gives the state of every list."""
        if self._known.refresh():
            self._changed()
        found = dict(self._known.health())
        entries = [((name,), health.entries) for name, health in found.items()]
        good = [((name,), not health.problem) for name, health in found.items()]
        ages = [
            ((name,), health.changed)
            for name, health in found.items()
            if health.changed is not None
        ]
        families = (
            readings.gauge(
                "sightline_events_list_up",
                "Whether the list's present version is in use; else an older one is.",
                _LABELS,
                good,
            ),
            readings.gauge(
                "sightline_events_list_entries",
                "Networks in the list.",
                _LABELS,
                entries,
            ),
            readings.gauge(
                "sightline_events_list_changed_timestamp_seconds",
                "When the version in use was written.",
                _LABELS,
                ages,
            ),
        )
        return readings.Reading(families=families, rows=len(found))

    async def close(self) -> None:
        """Holds nothing open."""
