"""Which alerts were active and when, from the samples that Prometheus keeps of them.

`ALERTS` has one sample per evaluation of every active alert, and `ALERTS_FOR_STATE`
says since when. A range query over a week would look at every fifth minute and miss
most short episodes; here every stored sample is read, a day at a time.
"""

import bisect
import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from sightline.clients import prometheus

__all__ = ["Episode", "Labels", "by_rule", "fetch", "weave"]

Labels = tuple[tuple[str, str], ...]
"""Sorted pairs of name and text: the identity of an alert."""

_DAY: Final = dt.timedelta(days=1)
_REPLICAS: Final = frozenset({"replica", "prometheus_replica", "prometheus"})
"""A pair of servers keeps everything twice, told apart by one of these labels."""

_STATE: Final = frozenset({"__name__", "alertstate"})
_CLOCK_SECONDS: Final = 1.0
"""How far apart two servers may have seen the same alert begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """An alert from when its condition held to when it was over.

    Attributes:
        labels: without `alertstate`, and without what tells replicas apart.
        active_at: since when the condition held, in Unix seconds.
        fired_at: the first firing sample; `None` when it never got beyond pending.
        last_at: the last sample of either state.
    """

    labels: Labels
    active_at: float
    fired_at: float | None
    last_at: float

    @property
    def name(self) -> str:
        """The alert's name."""
        return self.label("alertname")

    @property
    def firing_seconds(self) -> float:
        """How long it fired, up to its last sample."""
        return 0.0 if self.fired_at is None else self.last_at - self.fired_at

    def label(self, name: str) -> str:
        """Gives a label's text; empty when there is none."""
        return dict(self.labels).get(name, "")


async def fetch(
    server: prometheus.Prometheus, start: dt.datetime, end: dt.datetime
) -> tuple[Episode, ...]:
    """Gives every episode with a sample in the period, the earliest first.

    Raises:
        ServerUnavailable: the server did not answer.
    """
    states: list[prometheus.Series] = []
    since: list[prometheus.Series] = []
    until = start
    while until < end:
        begin, until = until, min(until + _DAY, end)
        length = until - begin
        states += await server.fetch_samples("ALERTS", until, length)
        since += await server.fetch_samples("ALERTS_FOR_STATE", until, length)
    return weave(states, since)


def weave(
    states: Iterable[prometheus.Series], since: Iterable[prometheus.Series]
) -> tuple[Episode, ...]:
    """Gives the episodes that samples of `ALERTS` and `ALERTS_FOR_STATE` are.

    Restarts and reloads of rules interrupt the samples of an episode; as long as it
    is active since the same moment, it is the same episode.
    """
    begins = _Begins(since)
    woven: dict[tuple[Labels, float], _Woven] = defaultdict(_Woven)
    for series in states:
        alert = _identity(series.labels)
        fires = series.labels.get("alertstate") == "firing"
        for time, _ in series.points:
            woven[alert, begins.of(alert, time)].see(time, fires=fires)
    episodes = (
        Episode(
            labels=alert,
            active_at=active_at,
            fired_at=min(one.firing, default=None),
            last_at=one.last,
        )
        for (alert, active_at), one in woven.items()
    )
    return tuple(sorted(episodes, key=lambda one: (one.active_at, one.labels)))


@dataclass(slots=True)
class _Woven:
    last: float = 0.0
    firing: list[float] = field(default_factory=list)

    def see(self, time: float, *, fires: bool) -> None:
        self.last = max(self.last, time)
        if fires:
            self.firing = [min(time, *self.firing)] if self.firing else [time]


def _identity(labels: Mapping[str, str]) -> Labels:
    kept = (
        (name, text)
        for name, text in labels.items()
        if name not in _STATE and name not in _REPLICAS
    )
    return tuple(sorted(kept))


class _Begins:
    """Since when an alert has been active, at any time."""

    def __init__(self, since: Iterable[prometheus.Series]) -> None:
        known: dict[Labels, set[float]] = defaultdict(set)
        for series in since:
            known[_identity(series.labels)].update(at for _, at in series.points)
        self._known = {
            alert: list(_apart(sorted(moments))) for alert, moments in known.items()
        }

    def of(self, alert: Labels, time: float) -> float:
        """Gives the newest begin that is not after `time`; `time` when none is."""
        moments = self._known.get(alert, [])
        place = bisect.bisect_right(moments, time + _CLOCK_SECONDS)
        return moments[place - 1] if place else time


def _apart(moments: Iterable[float]) -> Iterator[float]:
    """Gives the moments without those that a second server saw a little later."""
    kept = -float("inf")
    for moment in moments:
        if moment - kept > _CLOCK_SECONDS:
            kept = moment
            yield moment


def by_rule(episodes: Iterable[Episode]) -> Mapping[str, tuple[Episode, ...]]:
    """Gives the episodes of each alerting rule, by its name, in order."""
    ordered = sorted(episodes, key=lambda one: (one.name, one.active_at))
    return {
        name: tuple(group)
        for name, group in itertools.groupby(ordered, lambda one: one.name)
    }
