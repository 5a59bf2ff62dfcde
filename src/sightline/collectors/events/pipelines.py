"""One source: chunks of its lines go in, metrics come out.

The work for each line is done in bulk: lines are read together, brought together by
the raw values that decide where they count, and only then is each combination looked
at. Metrics that look at the same fields share that work.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec
from prometheus_client import core

from sightline.collectors.events import (
    grouping,
    moments,
    reading,
    rejections,
    series,
    tallies,
)
from sightline.model import events

__all__ = ["Pipeline"]

_REJECTIONS: Final = "rejections"
_FINEST_SECONDS: Final = 1.0
_PARTS_OF_A_WINDOW: Final = 60
_MOST_WAITING: Final = 20_000
_WHENEVER: Final = 0.0
"""The time of events whose time does not matter."""


class Pipeline:
    """Reads the lines of a source and counts what its metrics are made of.

    Raises:
        InputError: the source's format is none, or lacks a field that is asked for.
    """

    def __init__(self, source: events.EventSource, words: series.Vocabulary) -> None:
        self.source = source
        self.rejected = rejections.Rejections()
        self._tallies = {
            _fingerprint(metric): tallies.open_tally(metric, words)
            for metric in source.metrics
        }
        asked = {field for tally in self._tallies.values() for field in _fields(tally)}
        timed = any(tally.is_windowed for tally in self._tallies.values())
        time_field = source.time if timed else None
        if time_field is not None:
            asked.add(time_field)
        self._reader = reading.open_reader(source.format, asked, self.rejected)
        self._time = None if time_field is None else self._reader.getter([time_field])
        self._plain = self._groups(is_windowed=False)
        self._windowed = self._groups(is_windowed=True)
        self._finest_seconds = _finest_seconds(source)
        self._waiting = 0

    def feed(self, chunk: bytes, now: float) -> int:
        """Counts the lines of a chunk; gives how many could be read.

        Args:
            chunk: whole lines, the last with its line break.
            now: Unix seconds: when events were that do not say so.
        """
        rows = self._reader.read(chunk)
        if not rows:
            return 0
        for group in self._plain:
            group.take(rows)
        if self._windowed:
            for moment, part in self._split(rows, now):
                for group in self._windowed:
                    group.take(part)
                    group.hand_over(moment)
        self._waiting += len(rows)
        if self._waiting > _MOST_WAITING:
            self._hand_over()
        return len(rows)

    def families(self, now: float) -> Iterator[core.Metric]:
        """Gives what the metrics are at a Unix time."""
        self._hand_over()
        for tally in self._tallies.values():
            yield from tally.families(now)

    def incomplete(self) -> Iterator[tuple[str, int]]:
        """Gives for each metric how many events lacked a field that it needs."""
        self._hand_over()
        for metric, tally in zip(
            self.source.metrics, self._tallies.values(), strict=True
        ):
            yield metric.name, tally.resolver.incomplete + tally.unusable

    def forget(self) -> None:
        """Looks addresses up anew, because a list has changed."""
        self._hand_over()
        for tally in self._tallies.values():
            tally.resolver.forget()

    def dump(self) -> Mapping[str, bytes]:
        """Gives what `load` takes up again, by the fingerprint of each metric."""
        self._hand_over()
        states = {
            name: msgspec.msgpack.encode(
                (tally.dump(), tally.resolver.incomplete, tally.unusable)
            )
            for name, tally in self._tallies.items()
        }
        return states | {_REJECTIONS: self.rejected.dump()}

    def load(self, states: Mapping[str, bytes]) -> None:
        """Goes on from an earlier state; a metric that has changed begins anew."""
        for name, tally in self._tallies.items():
            if name in states:
                state, incomplete, unusable = msgspec.msgpack.decode(
                    states[name], type=tuple[bytes, int, int]
                )
                tally.load(state)
                tally.resolver.incomplete = incomplete
                tally.unusable = unusable
        if _REJECTIONS in states:
            self.rejected.load(states[_REJECTIONS])

    def _hand_over(self) -> None:
        """Gives the tallies what was brought together since the last time."""
        self._waiting = 0
        for group in self._plain:
            group.hand_over(_WHENEVER)

    def _groups(self, *, is_windowed: bool) -> tuple[grouping.Group, ...]:
        chosen = [
            one for one in self._tallies.values() if one.is_windowed is is_windowed
        ]
        return grouping.open_groups(chosen, self._reader.getter, self._reader.countable)

    def _split(
        self, rows: Sequence[object], now: float
    ) -> Iterator[tuple[float, Sequence[object]]]:
        """Gives rows by the time they say, to the finest part of any window."""
        if self._time is None:
            yield now, rows
            return
        first = moments.parse_moment(self._time(rows[0])) or now
        if len(rows) == 1:
            yield first, rows
            return
        last = moments.parse_moment(self._time(rows[-1])) or now
        if first // self._finest_seconds == last // self._finest_seconds:
            yield first, rows
            return
        middle = len(rows) // 2
        yield from self._split(rows[:middle], now)
        yield from self._split(rows[middle:], now)


def _fields(tally: tallies.Tally) -> Iterator[str]:
    yield from tally.resolver.fields
    if tally.observed is not None:
        yield tally.observed


def _finest_seconds(source: events.EventSource) -> float:
    windows = [
        metric.window.seconds / _PARTS_OF_A_WINDOW
        for metric in source.metrics
        if isinstance(metric, events.Distinct | events.TopValues)
    ]
    return max(min(windows, default=_FINEST_SECONDS), _FINEST_SECONDS)


def _fingerprint(metric: events.Metric) -> str:
    """Gives a name that another meaning of the same metric does not have."""
    digest = hashlib.blake2b(repr(metric).encode(), digest_size=8)
    return f"{metric.name} {digest.hexdigest()}"
