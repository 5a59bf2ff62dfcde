"""Rows brought together by what decides where they count.

Metrics that look at the same fields share that work, which is done for many rows in
little more than one step each; the tallies are then told of each combination once.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from sightline.collectors.events import tallies

__all__ = ["Group", "open_groups"]

Taker = Callable[[object], object]
_EVERYTHING: Final = ()


class Group:
    """Tallies that look at the same fields, and what is waiting for them.

    Args:
        key: takes from a row what the resolvers want; `None` when they want nothing.
        counts_rows: rows are what is counted, as nothing else is in them.
        observe: takes the observed field; `None` when only the number counts.
    """

    def __init__(
        self,
        key: Taker | None,
        observe: Taker | None,
        counting: Sequence[tallies.Tally],
        *,
        counts_rows: bool,
    ) -> None:
        self._key = key
        self._observe = observe
        self._tallies = tuple(counting)
        self._counts_rows = counts_rows
        self._counts: Counter[object] = Counter()
        self._values: defaultdict[object, list[object]] = defaultdict(list)

    def take(self, rows: Sequence[object]) -> None:
        """Brings rows together with those that are waiting."""
        if self._observe is None:
            if self._key is None:
                self._counts[_EVERYTHING] += len(rows)
            elif self._counts_rows:
                self._counts.update(rows)
            else:
                self._counts.update(map(self._key, rows))
            return
        observed = map(self._observe, rows)
        if self._key is None:
            self._values[_EVERYTHING].extend(observed)
            return
        values = self._values
        for raw, found in zip(map(self._key, rows), observed, strict=True):
            values[raw].append(found)

    def hand_over(self, moment: float) -> None:
        """Tells the tallies of what is waiting, as having been at a Unix time."""
        for counted, count in self._counts.items():
            raw = self._key(counted) if self._counts_rows and self._key else counted
            for tally in self._tallies:
                tally.add(raw, range(count), moment)
        for raw, values in self._values.items():
            for tally in self._tallies:
                tally.add(raw, values, moment)
        self._counts.clear()
        self._values.clear()


def open_groups(
    counting: Iterable[tallies.Tally],
    getter: Callable[[Sequence[str]], Taker],
    countable: frozenset[str],
) -> tuple[Group, ...]:
    """Gives as few groups as there are different fields to look at.

    Args:
        counting: tallies that are told of the same rows.
        getter: gives what takes fields from a row.
        countable: all fields of a row; none where rows cannot be counted as they are.
    """
    by_fields: dict[tuple[str, ...], dict[str | None, list[tallies.Tally]]] = {}
    for tally in counting:
        same = by_fields.setdefault(tally.resolver.fields, {})
        same.setdefault(tally.observed, []).append(tally)
    groups = []
    for fields, by_observed in by_fields.items():
        # Who only wants to know how many can count the values of another.
        if None in by_observed and len(by_observed) > 1:
            only_counting = by_observed.pop(None)
            next(iter(by_observed.values())).extend(only_counting)
        for observed, same_needs in by_observed.items():
            key = getter(fields) if fields else None
            observe = getter([observed]) if observed else None
            counts_rows = observed is None and frozenset(fields) == countable
            groups.append(Group(key, observe, same_needs, counts_rows=counts_rows))
    return tuple(groups)
