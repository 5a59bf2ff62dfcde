"""The most frequent values of a field within a window, with the bound of the error."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec
from prometheus_client import core

from sightline.collectors.events import heavy_hitters, series
from sightline.model import events

__all__ = ["TopTally"]

_HALVES: Final = 2

_Halves = dict[int, heavy_hitters.State]


class TopTally:
    """Counts in halves of the window: the running one and the one before it."""

    is_windowed = True

    def __init__(
        self,
        metric: events.TopValues,
        resolver: series.Resolver,
        read: Callable[[str], Sequence[str]],
    ) -> None:
        self.metric = metric
        self.resolver = resolver
        self.observed: str | None = metric.observed
        self.unusable = 0
        self._read = read
        self._half_seconds = metric.window.seconds / _HALVES
        self._halves: dict[int, heavy_hitters.HeavyHitters] = {}

    def add(self, raw: object, values: Sequence[object], moment: float) -> None:
        """Counts the values of events that have the same raw key."""
        if not self.resolver.resolve(raw, len(values)):
            return
        counted: dict[str, int] = {}
        for one, count in Counter(values).items():
            text = series.text_of(one)
            if text is None:
                self.unusable += count
                continue
            for name in self._read(text):
                counted[name] = counted.get(name, 0) + count
        half = int(moment // self._half_seconds)
        if half not in self._halves:
            self._expire(max(half, *self._halves, 0))
            empty = heavy_hitters.HeavyHitters(self.metric.capacity)
            self._halves[half] = empty
        self._halves[half].add(counted)

    def families(self, now: float) -> Iterator[core.Metric]:
        """Gives the counts, and the most by which any of them may be too low."""
        self._expire(int(now // self._half_seconds))
        whole = heavy_hitters.HeavyHitters(self.metric.capacity)
        for half in self._halves.values():
            whole.merge(half)
        name = self.metric.name
        family = core.GaugeMetricFamily(
            name, self.metric.help, labels=[self.metric.label]
        )
        top = whole.top(self.metric.top)
        for one, count in top:
            family.add_metric([one], count)
        shown = sum(count for _, count in top)
        family.add_metric([series.OVERFLOW], whole.total - shown)
        yield family
        yield core.GaugeMetricFamily(
            f"{name}_error_bound",
            f"The most by which any count of {name} may be too low.",
            value=whole.error,
        )

    def dump(self) -> bytes:
        """Gives what `load` takes up again."""
        states = {half: counted.dump() for half, counted in self._halves.items()}
        return msgspec.msgpack.encode(states)

    def load(self, state: bytes) -> None:
        """Goes on from an earlier state."""
        for half, counted in msgspec.msgpack.decode(state, type=_Halves).items():
            self._halves[half] = heavy_hitters.HeavyHitters(self.metric.capacity)
            self._halves[half].load(counted)

    def _expire(self, half: int) -> None:
        for old in [one for one in self._halves if one <= half - _HALVES]:
            del self._halves[old]
