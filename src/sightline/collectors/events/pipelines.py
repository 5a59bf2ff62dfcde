"""One source: chunks of its lines go in, metrics come out.

The work for each line is done in bulk: lines are read together, brought together by
the raw values that decide where they count, and only then is each combination looked
at. Metrics that look at the same fields share that work.
"""

import hashlib
import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from prometheus_client import core

from sightline.collectors.events import (
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
_ORDINARY: Final = ()


@dataclass(frozen=True, slots=True)
class _Group:
    """Tallies that look at the same fields.

    Attributes:
        key: takes from a row what the resolvers want; `None` when they want nothing.
        observe: takes the observed field; `None` when only the number counts.
    """

    key: Callable[[object], object] | None
    observe: Callable[[object], object] | None
    tallies: tuple[tallies.Tally, ...]

    def add(self, rows: Sequence[object], moment: float) -> None:
        """Counts rows that were at about the same time."""
        for raw, values in self._collect(rows):
            for tally in self.tallies:
                tally.add(raw, values, moment)

    def _collect(
        self, rows: Sequence[object]
    ) -> Iterator[tuple[object, Sequence[object]]]:
        """Brings together what has the same key."""
        if self.observe is None:
            if self.key is None:
                yield _ORDINARY, range(len(rows))
                return
            for raw, count in Counter(map(self.key, rows)).items():
                yield raw, range(count)
            return
        if self.key is None:
            yield _ORDINARY, [*map(self.observe, rows)]
            return
        values: defaultdict[object, list[object]] = defaultdict(list)
        keys, observed = map(self.key, rows), map(self.observe, rows)
        for raw, found in zip(keys, observed, strict=True):
            values[raw].append(found)
        yield from values.items()


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
            group.add(rows, now)
        if self._windowed:
            for moment, part in self._split(rows, now):
                for group in self._windowed:
                    group.add(part, moment)
        return len(rows)

    def families(self, now: float) -> Iterator[core.Metric]:
        """Gives what the metrics are at a Unix time."""
        for tally in self._tallies.values():
            yield from tally.families(now)

    def incomplete(self) -> Iterator[tuple[str, int]]:
        """Gives for each metric how many events lacked a field that it needs."""
        for metric, tally in zip(
            self.source.metrics, self._tallies.values(), strict=True
        ):
            yield metric.name, tally.resolver.incomplete + tally.unusable

    def forget(self) -> None:
        """Looks addresses up anew, because a list has changed."""
        for tally in self._tallies.values():
            tally.resolver.forget()

    def dump(self) -> Mapping[str, bytes]:
        """Gives what `load` takes up again, by the fingerprint of each metric."""
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

    def _groups(self, *, is_windowed: bool) -> tuple[_Group, ...]:
        chosen = [
            one for one in self._tallies.values() if one.is_windowed is is_windowed
        ]
        chosen.sort(key=_needs)
        return tuple(
            _Group(
                key=self._reader.getter(fields) if fields else None,
                observe=self._reader.getter([observed]) if observed else None,
                tallies=tuple(same),
            )
            for (fields, observed), same in itertools.groupby(chosen, key=_needs)
        )

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


def _needs(tally: tallies.Tally) -> tuple[tuple[str, ...], str]:
    return tally.resolver.fields, tally.observed or ""


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
