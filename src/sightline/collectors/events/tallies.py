"""What counts events: one tally for each metric."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from prometheus_client import core

from sightline.collectors.events import (
    counting,
    newcomers,
    rankings,
    series,
    windows,
)
from sightline.model import events

__all__ = ["Tally", "open_tally"]


class Tally(Protocol):
    """Counts the events of one metric, and remembers its count in few bytes.

    Attributes:
        observed: the field whose values it wants, beside the key's; `None` if none.
        is_windowed: whether it matters when an event was.
        unusable: values that were no number, or nothing at all.
    """

    resolver: series.Resolver
    observed: str | None
    is_windowed: bool
    unusable: int

    def add(self, raw: object, values: Sequence[object], moment: float) -> None:
        """Counts events with the same raw key; one value for each.

        Args:
            raw: the values of the resolver's fields, as it wants them.
            values: of the observed field; anything of the right length without one.
            moment: when they were, in Unix seconds.
        """

    def families(self, now: float) -> Iterator[core.Metric]:
        """Gives what is exposed at a Unix time."""

    def dump(self) -> bytes:
        """Gives what `load` takes up again."""

    def load(self, state: bytes) -> None:
        """Goes on from an earlier state.

        Raises:
            msgspec.DecodeError: it is no such state.
        """


def open_tally(metric: events.Metric, words: series.Vocabulary) -> Tally:
    """Gives an empty tally for a metric."""
    resolver = series.Resolver(metric, words)
    match metric:
        case events.Counter():
            return counting.CounterTally(metric, resolver)
        case events.Histogram():
            return counting.HistogramTally(metric, resolver)
        case events.Distinct():
            return windows.DistinctTally(metric, resolver, words.hashes)
        case events.TopValues():
            return rankings.TopTally(metric, resolver, words.reader(metric.reading))
        case events.Newcomers():
            return newcomers.NewcomerTally(metric, resolver, words.hashes)
