"""One number per day of each season: working hours, nights and weekends apart.

A night is slow for other reasons than a noon. Whoever compares days as a whole misses
what became slower at night only, and takes a week with a holiday for a new level.
"""

import datetime as dt
import enum
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from sightline.review.backtest import timelines

__all__ = ["HOUR_SECONDS", "Season", "SeasonDays", "by_season"]

HOUR_SECONDS: Final = 3_600.0
_OPENS: Final = 8
_CLOSES: Final = 20
_SATURDAY: Final = 5


class Season(enum.Enum):
    """A part of the week, in local time."""

    DAY = "on working days"
    NIGHT = "at night"
    WEEKEND = "on weekends"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeasonDays:
    """The mean of a season on every local day that has any of it.

    Attributes:
        numbers: of the days, oldest first.
        days: when each of them began, in Unix seconds.
    """

    season: Season
    numbers: timelines.Numbers
    days: timelines.Numbers


def by_season(
    grid: timelines.Grid, numbers: timelines.Numbers, zone: zoneinfo.ZoneInfo
) -> Iterator[SeasonDays]:
    """Gives the days of every season; local days, whatever the clocks do.

    Args:
        grid: hourly.
        numbers: one per hour, NaN where nothing was measured.
        zone: where people work.
    """
    sums: dict[Season, dict[dt.date, list[float]]] = {one: {} for one in Season}
    for at, number in enumerate(numbers.tolist()):
        if np.isfinite(number):
            local = dt.datetime.fromtimestamp(grid.time_of(at), zone)
            sums[_season(local)].setdefault(local.date(), []).append(number)
    for season, days in sums.items():
        begins = [dt.datetime.combine(day, dt.time(), zone).timestamp() for day in days]
        yield SeasonDays(
            season=season,
            numbers=np.array([np.mean(own) for own in days.values()]),
            days=np.array(begins),
        )


def _season(local: dt.datetime) -> Season:
    if local.weekday() >= _SATURDAY:
        return Season.WEEKEND
    return Season.DAY if _OPENS <= local.hour < _CLOSES else Season.NIGHT
