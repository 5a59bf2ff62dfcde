"""What went wrong in the past, and which alerts told of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sightline.demo.past import series, waves

__all__ = ["Episode", "Incident", "alert_series", "plan_incidents"]

_MINUTE: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A stretch in which a service failed a share of its requests.

    Attributes:
        start: Unix seconds, a whole minute.
        end: Unix seconds.
        ratio: of the requests, 0..1.
    """

    service: str
    start: int
    end: int
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """An alert that fired; `labels` are all but `alertstate`."""

    labels: Mapping[str, str]
    active_at: int
    fired_at: int
    end: int


def plan_incidents(
    services: Sequence[str], start: int, end: int, chance: np.random.Generator
) -> tuple[Incident, ...]:
    """Gives about one incident a week, at any hour, on any service, oldest first."""
    found = []
    at = start + waves.DAY
    while at < end - waves.DAY:
        length = int(chance.integers(8, 50)) * _MINUTE
        found.append(
            Incident(
                service=services[int(chance.integers(len(services)))],
                start=at,
                end=at + length,
                ratio=float(chance.uniform(0.08, 0.35)),
            )
        )
        at += int(chance.uniform(3, 10) * waves.DAY) // _MINUTE * _MINUTE
    return tuple(found)


def alert_series(episodes: Sequence[Episode]) -> Iterator[series.Series]:
    """Gives `ALERTS` and `ALERTS_FOR_STATE` as the rule engine stores them."""
    for one in episodes:
        times = np.arange(one.active_at, one.end, _MINUTE, dtype=np.int64)
        pending, firing = times[times < one.fired_at], times[times >= one.fired_at]
        for state, when in (("pending", pending), ("firing", firing)):
            if when.size:
                yield series.Series(
                    name="ALERTS",
                    labels={**one.labels, "alertstate": state},
                    times=when,
                    numbers=np.ones(when.size),
                )
        yield series.Series(
            name="ALERTS_FOR_STATE",
            labels=one.labels,
            times=times,
            numbers=np.full(times.size, float(one.active_at)),
        )
