"""Combinations that a subject is seen with for the first time: a user, a country."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from prometheus_client import core

from sightline.collectors.events import pseudonyms, series
from sightline.model import events

__all__ = ["NewcomerTally"]

_DAY_SECONDS: Final = 86_400
_SLACK: Final = 10
_SEPARATOR: Final = "\0"

_State = tuple[list[tuple[series.Series, int]], dict[int, int]]


class NewcomerTally:
    """Counts first sights; only keyed hashes of who was seen are kept.

    What somebody is seen with the very first time is where they are at home, and new
    to nobody.
    """

    is_windowed = True

    def __init__(
        self,
        metric: events.Newcomers,
        resolver: series.Resolver,
        hashes: pseudonyms.Pseudonyms,
    ) -> None:
        self.metric = metric
        self.resolver = resolver
        self.observed: str | None = metric.subject
        self.unusable = 0
        self._hashes = hashes
        self._days = max(1, int(metric.remembered.seconds // _DAY_SECONDS))
        self._sums = dict.fromkeys(resolver.initial(), 0)
        # The day of the last sight, in the order of the sights.
        self._seen: dict[int, int] = {}

    def add(self, raw: object, values: Sequence[object], moment: float) -> None:
        """Notes the subjects of events that have the same raw key."""
        day = int(moment // _DAY_SECONDS)
        for one in self.resolver.resolve(raw, len(values)):
            for subject in dict.fromkeys(values):
                text = series.text_of(subject)
                if text is not None and self._is_new(text, one, day):
                    self._sums[one] = self._sums.get(one, 0) + 1
        self._make_room()

    def families(self, now: float) -> Iterator[core.Metric]:
        """Gives the metric family."""
        del now
        family = core.CounterMetricFamily(
            self.metric.name.removesuffix("_total"),
            self.metric.help,
            labels=[label.name for label in self.metric.labels],
        )
        for labels, total in self._sums.items():
            family.add_metric(labels, total)
        yield family

    def dump(self) -> bytes:
        """Gives what `load` takes up again."""
        return msgspec.msgpack.encode((list(self._sums.items()), self._seen))

    def load(self, state: bytes) -> None:
        """Goes on from an earlier state."""
        sums, self._seen = msgspec.msgpack.decode(state, type=_State)
        self._sums |= sums
        self.resolver.admit(self._sums)

    def _is_new(self, subject: str, one: series.Series, day: int) -> bool:
        has_home = self._note(self._hashes.number_of(subject), day)
        whole = _SEPARATOR.join((subject, *one))
        return not self._note(self._hashes.number_of(whole), day) and has_home

    def _note(self, number: int, day: int) -> bool:
        """Notes a sight, and tells whether there was one before."""
        last = self._seen.pop(number, None)
        self._seen[number] = day if last is None else max(day, last)
        return last is not None and day - last <= self._days

    def _make_room(self) -> None:
        """Forgets the oldest, many at once: a dictionary is slow to lose its first."""
        excess = len(self._seen) - self.metric.capacity
        if excess > self.metric.capacity // _SLACK:
            self._seen = dict(itertools.islice(self._seen.items(), excess, None))
