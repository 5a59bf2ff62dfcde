"""Which alerts wear people out: figures for each rule, service and shift.

Everything here comes from `ALERTS`: when alerts fired. That is not when somebody was
told; pages are therefore an estimate, and every figure that needs the notifications
themselves is named as unknown where there is no record of them.
"""

import itertools
import statistics
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sightline.review import alert_history, interruptions

__all__ = [
    "CoFiring",
    "Noise",
    "Shift",
    "co_firing",
    "load_by_shift",
    "measure",
    "pages",
]

_TRANSIENT_SECONDS: Final = 300.0
_FLAPS: Final = 3
_FLAP_WINDOW_SECONDS: Final = 3_600.0
_TOGETHER_SECONDS: Final = 300.0
_ALWAYS_SHARE: Final = 0.5
_ALIKE: Final = 0.7
_FEWEST: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """What a rule, or all that fires for a service, did to people in a period.

    Attributes:
        name: of the rule or the service.
        episodes: how often one of its alerts fired.
        pages: those that interrupted somebody.
        transient: episodes that were over within five minutes, before anybody acted.
        median_seconds: of firing; 0 without an episode.
        flapping: alerts with more than three episodes in an hour.
        always: alerts that fired for more than half of the period.
        off_hours: episodes that began in the evening or on a weekend.
        asleep: episodes that began between 22 and 8 local time.
        cost: interruptions, weighted by their hours.
        team: of its newest episode; empty without one.
    """

    name: str
    episodes: int
    pages: int
    transient: int
    median_seconds: float
    flapping: int
    always: int
    off_hours: int
    asleep: int
    cost: int
    team: str

    @property
    def is_mostly_transient(self) -> bool:
        """Whether most of its episodes were over before anybody could act."""
        return self.episodes >= _FEWEST and self.transient > self.episodes / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Twelve hours of being on call.

    Attributes:
        begin: local, to the minute.
        pages: how many began.
        incidents: pages that began within five minutes of one another, counted once.
    """

    begin: str
    pages: int
    incidents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoFiring:
    """Rules that fire together, within five minutes of one another.

    Attributes:
        names: sorted; each is linked to another by how often both began together.
        together: how often, of the pair that did so least.
        likeness: common starts among all starts of that pair (Jaccard), 0..1.
        leader: the rule that began first most often.
    """

    names: tuple[str, ...]
    together: int
    likeness: float
    leader: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    first: str
    second: str
    together: int
    likeness: float
    leads: int


def pages(
    episodes: Iterable[alert_history.Episode],
) -> tuple[alert_history.Episode, ...]:
    """Gives the episodes that interrupt somebody: P0, or critical without a priority.

    The heartbeat always fires, and that is not an interruption.
    """
    return tuple(
        one
        for one in episodes
        if one.fired_at is not None
        and (
            one.label("priority") == "P0"
            or (not one.label("priority") and one.label("severity") == "critical")
        )
    )


def measure(
    episodes: Iterable[alert_history.Episode],
    seconds: float,
    zone: zoneinfo.ZoneInfo,
    label: str = "alertname",
) -> tuple[Noise, ...]:
    """Gives the figures of all that fired, the costliest first.

    Args:
        episodes: of the period.
        seconds: the length of the period.
        zone: where people sleep.
        label: `alertname` for figures by rule, `service` for figures by service.
    """
    fired = [one for one in episodes if one.fired_at is not None]
    fired.sort(key=lambda one: (one.label(label), one.active_at))
    figures = (
        _measure(name, tuple(own), seconds, zone)
        for name, own in itertools.groupby(fired, lambda one: one.label(label))
    )
    return tuple(sorted(figures, key=lambda one: (-one.cost, one.name)))


def _measure(
    name: str,
    episodes: Sequence[alert_history.Episode],
    seconds: float,
    zone: zoneinfo.ZoneInfo,
) -> Noise:
    lengths = [one.firing_seconds for one in episodes]
    hours = [interruptions.hours_at(_fired_at(one), zone) for one in episodes]
    by_alert = _by_alert(episodes)
    return Noise(
        name=name,
        episodes=len(episodes),
        pages=len(pages(episodes)),
        transient=sum(length < _TRANSIENT_SECONDS for length in lengths),
        median_seconds=statistics.median(lengths),
        flapping=sum(_flaps(own) for own in by_alert.values()),
        always=sum(
            sum(one.firing_seconds for one in own) > _ALWAYS_SHARE * seconds
            for own in by_alert.values()
        ),
        off_hours=hours.count(interruptions.Hours.OFF),
        asleep=hours.count(interruptions.Hours.SLEEP),
        cost=sum(one.value for one in hours),
        team=episodes[-1].label("team"),
    )


def _fired_at(episode: alert_history.Episode) -> float:
    return episode.active_at if episode.fired_at is None else episode.fired_at


def _by_alert(
    episodes: Iterable[alert_history.Episode],
) -> Mapping[alert_history.Labels, list[alert_history.Episode]]:
    found: dict[alert_history.Labels, list[alert_history.Episode]] = {}
    for one in episodes:
        found.setdefault(one.labels, []).append(one)
    return found


def _flaps(episodes: Sequence[alert_history.Episode]) -> bool:
    starts = sorted(map(_fired_at, episodes))
    return any(
        later - earlier <= _FLAP_WINDOW_SECONDS
        for earlier, later in zip(starts, starts[_FLAPS:], strict=False)
    )


def load_by_shift(
    episodes: Iterable[alert_history.Episode], zone: zoneinfo.ZoneInfo
) -> tuple[Shift, ...]:
    """Gives the load of every shift with a page, the earliest first."""
    starts = sorted(map(_fired_at, pages(episodes)))
    apart = [
        start
        for before, start in itertools.pairwise((-float("inf"), *starts))
        if start - before > _TOGETHER_SECONDS
    ]

    def begin(time: float) -> str:
        return f"{interruptions.shift_at(time, zone):%Y-%m-%d %H:%M}"

    incidents = {name: len(list(own)) for name, own in itertools.groupby(apart, begin)}
    return tuple(
        Shift(begin=name, pages=len(list(own)), incidents=incidents.get(name, 0))
        for name, own in itertools.groupby(starts, begin)
    )


def co_firing(episodes: Iterable[alert_history.Episode]) -> tuple[CoFiring, ...]:
    """Gives the groups of rules that nearly always fire together, the closest first.

    One of a group may be all that people need to hear of.
    """
    fired = [one for one in episodes if one.fired_at is not None]
    starts = {
        name: sorted(map(_fired_at, own))
        for name, own in alert_history.by_rule(fired).items()
        if len(own) >= _FEWEST
    }
    pairs = (
        _compare(first, second, starts[first], starts[second])
        for first, second in itertools.combinations(starts, 2)
    )
    alike = [one for one in pairs if one.likeness > _ALIKE and one.together >= _FEWEST]
    groups = (_join(own) for own in _linked(alike))
    return tuple(sorted(groups, key=lambda one: (-one.likeness, one.names)))


def _linked(pairs: Sequence[_Pair]) -> Iterator[list[_Pair]]:
    """Gives the pairs in groups: two that share a rule are in the same one."""
    groups: list[list[_Pair]] = []
    for pair in pairs:
        names = {pair.first, pair.second}
        touched = [
            group
            for group in groups
            if any(names & {one.first, one.second} for one in group)
        ]
        groups = [group for group in groups if group not in touched]
        groups.append([*itertools.chain.from_iterable(touched), pair])
    yield from groups


def _join(pairs: Sequence[_Pair]) -> CoFiring:
    names = sorted({name for one in pairs for name in (one.first, one.second)})
    lead = dict.fromkeys(names, 0)
    for one in pairs:
        sign = 1 if one.leads * 2 >= one.together else -1
        lead[one.first] += sign
        lead[one.second] -= sign
    return CoFiring(
        names=tuple(names),
        together=min(one.together for one in pairs),
        likeness=min(one.likeness for one in pairs),
        leader=max(names, key=lead.__getitem__),
    )


def _compare(
    first: str, second: str, mine: Sequence[float], theirs: Sequence[float]
) -> _Pair:
    together = leads = place = 0
    for start in mine:
        while place < len(theirs) and theirs[place] < start - _TOGETHER_SECONDS:
            place += 1
        if place < len(theirs) and theirs[place] <= start + _TOGETHER_SECONDS:
            together += 1
            leads += start < theirs[place]
            place += 1
    return _Pair(
        first=first,
        second=second,
        together=together,
        likeness=together / (len(mine) + len(theirs) - together),
        leads=leads,
    )
