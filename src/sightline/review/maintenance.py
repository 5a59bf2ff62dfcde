"""What planned maintenance took out of the budgets, and who had declared it.

An objective with maintenance is recorded twice: as it was measured and as it counts.
Where only the first is there, events were taken out; a window that somebody declared
must explain every such stretch.
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sightline.model import slos
from sightline.review.backtest import states, timelines

__all__ = ["Occurrence", "TakenOut", "explain", "occurrences", "take_out"]

_WEEK: Final = dt.timedelta(weeks=1)
_LEEWAY_SECONDS: Final = 900.0
"""Rates look back five minutes, and the exclusion outlives the window by six."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time that a declared window was to be open, in Unix seconds."""

    window: slos.MaintenanceWindow
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOut:
    """A stretch whose events do not count, in Unix seconds.

    Attributes:
        total: events that were measured in it.
        bad: those that were bad.
    """

    start: float
    end: float
    total: float
    bad: float


def occurrences(
    windows: Sequence[slos.MaintenanceWindow], start: dt.datetime, end: dt.datetime
) -> tuple[Occurrence, ...]:
    """Gives when the windows are open between two times, the earliest first."""
    found = [
        Occurrence(
            window=window,
            start=max(begin, start).timestamp(),
            end=min(until, end).timestamp(),
        )
        for window in windows
        for begin, until in _openings(window.schedule, start, end)
        if begin < end and until > start
    ]
    return tuple(sorted(found, key=lambda one: (one.start, one.window.name)))


def _openings(
    schedule: slos.Schedule, start: dt.datetime, end: dt.datetime
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    match schedule:
        case slos.OneOff(start=begin, end=until):
            yield begin, until
        case slos.Weekly():
            zone = zoneinfo.ZoneInfo(schedule.zone)
            day = (start - _WEEK).astimezone(zone).date()
            day += dt.timedelta(days=(schedule.weekday - day.weekday()) % 7)
            length = dt.timedelta(seconds=schedule.length.seconds)
            while (opened := dt.datetime.combine(day, schedule.start, zone)) < end:
                begin = opened.astimezone(dt.UTC)
                yield begin, begin + length
                day += _WEEK


def take_out(
    grid: timelines.Grid,
    counted_total: timelines.Numbers,
    raw_total: timelines.Numbers,
    raw_bad: timelines.Numbers,
) -> tuple[TakenOut, ...]:
    """Gives the stretches that were measured and do not count.

    Args:
        grid: the times of the rates.
        counted_total: valid events per second, as they count.
        raw_total: as they were measured.
        raw_bad: the bad ones among those.
    """
    spans = states.true_spans(np.isfinite(raw_total) & ~np.isfinite(counted_total))
    return tuple(
        TakenOut(
            start=grid.time_of(begin),
            end=grid.time_of(end),
            total=float(raw_total[begin:end].sum()) * grid.step,
            bad=float(np.nansum(raw_bad[begin:end])) * grid.step,
        )
        for begin, end in zip(spans.begins.tolist(), spans.ends.tolist(), strict=True)
    )


def explain(
    taken: TakenOut, declared: Sequence[Occurrence]
) -> slos.MaintenanceWindow | None:
    """Gives the window that a stretch lies in; `None` when none was declared."""
    for one in declared:
        is_within = one.start - _LEEWAY_SECONDS <= taken.start
        if is_within and taken.end <= one.end + _LEEWAY_SECONDS:
            return one.window
    return None
