"""Counters and histograms made of events."""

import bisect
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from prometheus_client import core

from sightline.collectors.events import series
from sightline.model import events

__all__ = ["CounterTally", "HistogramTally"]

_SUFFIX: Final = "_total"
_Sums = list[tuple[series.Series, int | float]]


class CounterTally:
    """Adds up events, or the numbers in one of their fields."""

    is_windowed = False

    def __init__(self, metric: events.Counter, resolver: series.Resolver) -> None:
        self.metric = metric
        self.resolver = resolver
        self.observed: str | None = metric.amount
        self.unusable = 0
        self._sums: dict[series.Series, float] = dict.fromkeys(resolver.initial(), 0)

    def add(self, raw: object, values: Sequence[object], moment: float) -> None:
        """Counts events that have the same raw key."""
        del moment
        found = self.resolver.resolve(raw, len(values))
        if not found:
            return
        amount = len(values) if self.observed is None else self._sum(values)
        for one in found:
            self._sums[one] = self._sums.get(one, 0) + amount

    def families(self, now: float) -> Iterator[core.Metric]:
        """Gives the metric family."""
        del now
        family = core.CounterMetricFamily(
            self.metric.name.removesuffix(_SUFFIX),
            self.metric.help,
            labels=[label.name for label in self.metric.labels],
        )
        for labels, total in self._sums.items():
            family.add_metric(labels, total)
        yield family

    def dump(self) -> bytes:
        """Gives what `load` takes up again."""
        return msgspec.msgpack.encode(list(self._sums.items()))

    def load(self, state: bytes) -> None:
        """Goes on from an earlier state."""
        self._sums |= msgspec.msgpack.decode(state, type=_Sums)
        self.resolver.admit(self._sums)

    def _sum(self, values: Sequence[object]) -> float:
        numbers, unusable = _numbers(values)
        # A counter never goes back.
        usable = numbers if min(numbers, default=0) >= 0 else _positive(numbers)
        self.unusable += unusable + len(numbers) - len(usable)
        return math.fsum(usable)


@dataclass(slots=True)
class _Distribution:
    """How many fell into each bucket, the last of which is infinite, and their sum."""

    counts: list[int]
    total: float = 0.0


_Distributions = list[tuple[series.Series, _Distribution]]


class HistogramTally:
    """The distribution of the numbers in a field."""

    is_windowed = False

    def __init__(self, metric: events.Histogram, resolver: series.Resolver) -> None:
        self.metric = metric
        self.resolver = resolver
        self.observed: str | None = metric.observed
        self.unusable = 0
        # Compared before they are scaled: the bounds are scaled once.
        self._bounds = [bound / metric.scale for bound in metric.buckets]
        self._series = {one: self._empty() for one in resolver.initial()}

    def add(self, raw: object, values: Sequence[object], moment: float) -> None:
        """Counts events that have the same raw key."""
        del moment
        found = self.resolver.resolve(raw, len(values))
        if not found:
            return
        numbers, unusable = _numbers(values)
        self.unusable += unusable
        numbers.sort()
        places = [bisect.bisect_right(numbers, bound) for bound in self._bounds]
        places.append(len(numbers))
        total = math.fsum(numbers) * self.metric.scale
        for one in found:
            into = self._series.setdefault(one, self._empty())
            before = 0
            for bucket, place in enumerate(places):
                into.counts[bucket] += place - before
                before = place
            into.total += total

    def families(self, now: float) -> Iterator[core.Metric]:
        """Gives the metric family."""
        del now
        family = core.HistogramMetricFamily(
            self.metric.name,
            self.metric.help,
            labels=[label.name for label in self.metric.labels],
        )
        bounds = [*map(_bound_text, self.metric.buckets), "+Inf"]
        for labels, distribution in self._series.items():
            cumulated, buckets = 0, []
            for bound, count in zip(bounds, distribution.counts, strict=True):
                cumulated += count
                buckets.append((bound, cumulated))
            family.add_metric(labels, buckets, distribution.total)
        yield family

    def dump(self) -> bytes:
        """Gives what `load` takes up again."""
        return msgspec.msgpack.encode(list(self._series.items()))

    def load(self, state: bytes) -> None:
        """Goes on from an earlier state."""
        self._series |= msgspec.msgpack.decode(state, type=_Distributions)
        self.resolver.admit(self._series)

    def _empty(self) -> _Distribution:
        return _Distribution([0] * (len(self._bounds) + 1))


def _numbers(values: Sequence[object]) -> tuple[list[float], int]:
    """Gives the finite numbers among the values, and how many are none."""
    try:
        # All are numbers, or text that is one: by far the most frequent case.
        numbers = [*map(float, values)]  # type: ignore[arg-type]  # tried, not known
    except (TypeError, ValueError, OverflowError):
        numbers = [
            number for one in values if (number := series.number_of(one)) is not None
        ]
    # One that is not finite spoils the sum, which is cheaper to look at.
    if not math.isfinite(sum(numbers)):
        numbers = [number for number in numbers if math.isfinite(number)]
    return numbers, len(values) - len(numbers)


def _positive(numbers: Sequence[float]) -> list[float]:
    return [number for number in numbers if number >= 0]


def _bound_text(bound: float) -> str:
    """Gives the bound as prometheus-client writes it: `1.0`."""
    return str(float(bound))
