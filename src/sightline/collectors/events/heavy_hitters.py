"""The most frequent of any number of values, from a bounded number of counters.

This is Space-Saving in its batched form: instead of one counter that is taken over for
each newcomer, all counters are lowered at once when too many have come. Both keep the
same summary (https://doi.org/10.1145/2213977.2214012): a count that was lowered by `n`
in all is at most `n` too low, and `n` is at most events / capacity.
"""

from collections.abc import Mapping
from typing import Final

__all__ = ["HeavyHitters", "State"]

State = tuple[dict[str, int], int, int]
"""Counts by value, their total, and the error."""
_SLACK: Final = 2
"""Counters are lowered when there are this many times the capacity."""


class HeavyHitters:
    """Counts values; those that are seen often enough are never lost.

    Attributes:
        total: of all that was counted.
        error: the most by which any count may be too low.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._counts: dict[str, int] = {}
        self.total = 0
        self.error = 0

    def add(self, counted: Mapping[str, int]) -> None:
        """Adds counts by value."""
        counts = self._counts
        find = counts.get
        for name, count in counted.items():
            counts[name] = find(name, 0) + count
        self.total += sum(counted.values())
        if len(counts) > _SLACK * self._capacity:
            self._lower()

    def merge(self, other: "HeavyHitters") -> None:
        """Adds all that another one has counted."""
        total = self.total + other.total
        self.add(other._counts)  # noqa: SLF001 - of the same class
        self.total = total
        self.error += other.error

    def top(self, number: int) -> list[tuple[str, int]]:
        """Gives the most frequent values with their lowest possible counts."""
        ranked = sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))
        return ranked[:number]

    def dump(self) -> State:
        """Gives what `load` takes up again."""
        return self._counts, self.total, self.error

    def load(self, state: State) -> None:
        """Goes on from an earlier state."""
        self._counts, self.total, self.error = state

    def _lower(self) -> None:
        by = sorted(self._counts.values(), reverse=True)[self._capacity]
        self._counts = {
            name: count - by for name, count in self._counts.items() if count > by
        }
        self.error += by
