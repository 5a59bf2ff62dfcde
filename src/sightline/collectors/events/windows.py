"""Different values within a sliding window: exact while they are few."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from prometheus_client import core

from sightline.collectors.events import cardinality, pseudonyms, series
from sightline.model import events

__all__ = ["DistinctTally", "SlidingSet"]

_SLOTS: Final = 60
_MOST_EXACT: Final = 2048

_Slots = list[tuple[int, list[int] | bytes]]
_Sets = list[tuple[series.Series, _Slots]]


class SlidingSet:
    """What was seen in each of the last sixty parts of the window.

    A part remembers 2,048 numbers as they are, and more in a sketch.
    """

    def __init__(self) -> None:
        self._slots: dict[int, set[int] | cardinality.Sketch] = {}

    def add(self, numbers: Sequence[int], slot: int) -> None:
        """Adds numbers that were seen in a part."""
        found = self._slots.setdefault(slot, set())
        if isinstance(found, set):
            found.update(numbers)
            if len(found) > _MOST_EXACT:
                sketch = cardinality.Sketch()
                sketch.add(found)
                self._slots[slot] = sketch
        else:
            found.add(numbers)

    def count(self, slot: int) -> tuple[int, bool]:
        """Gives how many there are in a window that ends now, and whether exactly."""
        self._expire(slot)
        sets = [found for found in self._slots.values() if isinstance(found, set)]
        if len(sets) == len(self._slots):
            return len(set().union(*sets)), True
        merged = cardinality.Sketch()
        for found in self._slots.values():
            if isinstance(found, set):
                merged.add(found)
            else:
                merged.merge(found)
        return merged.estimate(), False

    def dump(self) -> _Slots:
        """Gives what `load` takes up again."""
        return [
            (slot, list(found) if isinstance(found, set) else bytes(found.registers))
            for slot, found in self._slots.items()
        ]

    def load(self, state: _Slots) -> None:
        """Goes on from an earlier state."""
        for slot, found in state:
            self._slots[slot] = (
                cardinality.Sketch(found) if isinstance(found, bytes) else set(found)
            )

    def _expire(self, slot: int) -> None:
        for old in [one for one in self._slots if one <= slot - _SLOTS]:
            del self._slots[old]


class DistinctTally:
    """Counts the different values of a field, of which only keyed hashes are kept."""

    is_windowed = True

    def __init__(
        self,
        metric: events.Distinct,
        resolver: series.Resolver,
        hashes: pseudonyms.Pseudonyms,
    ) -> None:
        self.metric = metric
        self.resolver = resolver
        self.observed: str | None = metric.observed
        self.unusable = 0
        self._hashes = hashes
        self._slot_seconds = metric.window.seconds / _SLOTS
        self._sets = {one: SlidingSet() for one in resolver.initial()}

    def add(self, raw: object, values: Sequence[object], moment: float) -> None:
        """Notes the values of events that have the same raw key."""
        found = self.resolver.resolve(raw, len(values))
        if not found:
            return
        texts = {text for one in set(values) if (text := series.text_of(one))}
        numbers = [*map(self._hashes.number_of, texts)]
        for one in found:
            self._sets.setdefault(one, SlidingSet()).add(numbers, self._slot(moment))

    def families(self, now: float) -> Iterator[core.Metric]:
        """Gives the number, and the standard error where it is an estimate."""
        labels = [label.name for label in self.metric.labels]
        name = self.metric.name
        family = core.GaugeMetricFamily(name, self.metric.help, labels=labels)
        error = core.GaugeMetricFamily(
            f"{name}_error_ratio",
            f"Standard error of {name}, as a share; 0 where it is exact.",
            labels=labels,
        )
        for one, seen in self._sets.items():
            count, is_exact = seen.count(self._slot(now))
            family.add_metric(one, count)
            error.add_metric(one, 0 if is_exact else cardinality.ERROR_RATIO)
        yield from (family, error)

    def dump(self) -> bytes:
        """Gives what `load` takes up again."""
        states = [(labels, seen.dump()) for labels, seen in self._sets.items()]
        return msgspec.msgpack.encode(states)

    def load(self, state: bytes) -> None:
        """Goes on from an earlier state."""
        for labels, seen in msgspec.msgpack.decode(state, type=_Sets):
            self._sets.setdefault(labels, SlidingSet()).load(seen)
        self.resolver.admit(self._sets)

    def _slot(self, moment: float) -> int:
        return int(moment // self._slot_seconds)
