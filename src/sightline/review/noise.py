"""Which alerts wear people out: figures for each rule, and for each shift.

Everything here comes from `ALERTS`: when alerts fired. That is not when somebody was
told; pages are therefore an estimate, and every figure that needs the notifications
themselves is named as unknown where there is no record of them.
"""

import itertools
import statistics
import zoneinfo
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sightline.review import alert_history, interruptions

__all__ = ["CoFiring", "RuleNoise", "co_firing", "load_by_shift", "measure", "pages"]

_TRANSIENT_SECONDS: Final = 300.0
_FLAPS: Final = 3
_FLAP_WINDOW_SECONDS: Final = 3_600.0
_TOGETHER_SECONDS: Final = 300.0
_ALWAYS_SHARE: Final = 0.5
_ALIKE: Final = 0.7
_FEWEST: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleNoise:
    """What a rule did to people in a period.

    Attributes:
        episodes: how often one of its alerts fired.
        transient: those that were over within five minutes.
        median_seconds: of firing; 0 without an episode.
        flapping: alerts with more than three episodes in an hour.
        always: alerts that fired for more than half of the period.
        asleep: episodes that began between 22 and 8 local time.
        cost: interruptions, weighted by their hours.
        team: of its newest episode; empty without one.
    """

    name: str
    episodes: int
    transient: int
    median_seconds: float
    flapping: int
    always: int
    asleep: int
    cost: int
    team: str

    @property
    def is_mostly_transient(self) -> bool:
        """Whether most of its episodes were over before anybody could act."""
        return self.episodes >= _FEWEST and self.transient > self.episodes / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CoFiring:
    """Two rules that fire together, within five minutes of one another.

    Attributes:
        together: how often.
        likeness: their common starts among all their starts (Jaccard), 0..1.
        leads: how often the first began before the second.
    """

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
) -> tuple[RuleNoise, ...]:
    """Gives the figures of every rule that fired, the costliest first.

    Args:
        episodes: of the period.
        seconds: the length of the period.
        zone: where people sleep.
    """
    fired = [one for one in episodes if one.fired_at is not None]
    figures = (
        _measure_rule(name, own, seconds, zone)
        for name, own in alert_history.by_rule(fired).items()
    )
    return tuple(sorted(figures, key=lambda one: (-one.cost, one.name)))


def _measure_rule(
    name: str,
    episodes: Sequence[alert_history.Episode],
    seconds: float,
    zone: zoneinfo.ZoneInfo,
) -> RuleNoise:
    lengths = [one.firing_seconds for one in episodes]
    hours = [interruptions.hours_at(_fired_at(one), zone) for one in episodes]
    by_alert = _by_alert(episodes)
    return RuleNoise(
        name=name,
        episodes=len(episodes),
        transient=sum(length < _TRANSIENT_SECONDS for length in lengths),
        median_seconds=statistics.median(lengths),
        flapping=sum(_flaps(own) for own in by_alert.values()),
        always=sum(
            sum(one.firing_seconds for one in own) > _ALWAYS_SHARE * seconds
            for own in by_alert.values()
        ),
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
) -> Mapping[str, int]:
    """Gives how many pages began in each twelve hours, by the shift's local begin."""
    shifts = Counter(
        f"{interruptions.shift_at(_fired_at(one), zone):%Y-%m-%d %H:%M}"
        for one in pages(episodes)
    )
    return dict(sorted(shifts.items()))


def co_firing(episodes: Iterable[alert_history.Episode]) -> tuple[CoFiring, ...]:
    """Gives the pairs of rules that nearly always fire together.

    One of the two may be all that people need to hear of.
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
    alike = (one for one in pairs if one.likeness > _ALIKE and one.together >= _FEWEST)
    return tuple(sorted(alike, key=lambda one: (-one.likeness, one.first, one.second)))


def _compare(
    first: str, second: str, mine: Sequence[float], theirs: Sequence[float]
) -> CoFiring:
    together = leads = place = 0
    for start in mine:
        while place < len(theirs) and theirs[place] < start - _TOGETHER_SECONDS:
            place += 1
        if place < len(theirs) and theirs[place] <= start + _TOGETHER_SECONDS:
            together += 1
            leads += start < theirs[place]
            place += 1
    return CoFiring(
        first=first,
        second=second,
        together=together,
        likeness=together / (len(mine) + len(theirs) - together),
        leads=leads,
    )
