"""Where a daily number goes: its slope, its last change for good, and its forecast.

Slopes are Theil-Sen's (the median of the slopes of all pairs of days; P. K. Sen, 1968):
a day that was an accident does not bend it. One change point is looked for, by least
squares on the ranks of days; forecasts use only what came after it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "SHORTEST_DAYS",
    "Exhaustion",
    "Shift",
    "find_shift",
    "forecast_exhaustion",
    "slope",
]

SHORTEST_DAYS: Final = 14
"""Two weeks: with less, a weekend is a trend."""

Days = npt.NDArray[np.float64]
"""One number per day, oldest first, without gaps."""

_SMALLEST_SHIFT: Final = 0.2
_CLEAR: Final = 5.0
"""How many standard errors apart the levels before and after must be."""

_APART_DAYS: Final = 7
_FEWEST_RANGES: Final = 4
_CALIBRATED: Final = 0.7
_EDGE_DAYS: Final = 7
_WINDOWS: Final = (14, 21, 30, 45, 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A level that changed for good.

    Attributes:
        day: the first day of the new level, counted from 0.
        before: the median until then.
        after: the median since.
    """

    day: int
    before: float
    after: float

    @property
    def ratio(self) -> float:
        """The change, as a share of what was before."""
        return self.after / self.before - 1 if self.before else float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhaustion:
    """When a number reaches its limit, in days from the last one.

    The range is that of the slopes over 14 to 60 days. It is no confidence interval by
    itself: how often such ranges held the truth two weeks later says what it is worth.

    Attributes:
        days: by the slope of all days; `None` when it moves away from the limit.
        soonest: by the steepest of the slopes.
        latest: by the flattest of them; `None` when that never reaches the limit.
        error: how far the same method, a third of the time ago, was off by now, as a
            share of the limit.
        naive_error: the same of who said that nothing would change.
        per_day: the slope of all days.
        tried: how many ranges were made in the past, a week apart.
        held: how many of them had the truth two weeks later.
    """

    days: float | None
    soonest: float | None
    latest: float | None
    error: float | None
    naive_error: float | None
    per_day: float
    tried: int
    held: int

    @property
    def is_calibrated(self) -> bool:
        """Whether there were ranges enough, and as many held as should."""
        return self.tried >= _FEWEST_RANGES and self.held >= _CALIBRATED * self.tried


def slope(numbers: Days) -> float:
    """Gives the change per day; 0 for fewer than two days."""
    if numbers.size < 2:  # noqa: PLR2004 - a slope needs two points
        return 0.0
    first, second = np.triu_indices(numbers.size, k=1)
    return float(np.median((numbers[second] - numbers[first]) / (second - first)))


def find_shift(numbers: Days) -> Shift | None:
    """Gives the one change of level that explains most, if it is large and clear."""
    size = numbers.size
    if size < 2 * _EDGE_DAYS:
        return None
    splits = range(_EDGE_DAYS, size - _EDGE_DAYS + 1)
    costs = [_spread(numbers[:day]) + _spread(numbers[day:]) for day in splits]
    day = splits[int(np.argmin(costs))]
    before, after = numbers[:day], numbers[day:]
    shift = Shift(
        day=day, before=float(np.median(before)), after=float(np.median(after))
    )
    noise = np.sqrt(before.var() / before.size + after.var() / after.size)
    is_clear = abs(shift.after - shift.before) > _CLEAR * noise
    # A steady trend has levels too; what steps stays where it was in between.
    height = abs(shift.after - shift.before)
    is_step = abs(slope(before)) + abs(slope(after)) < height / size
    is_large = abs(shift.ratio) >= _SMALLEST_SHIFT
    return shift if is_clear and is_large and is_step else None


def _spread(numbers: Days) -> float:
    return float(((numbers - numbers.mean()) ** 2).sum())


def forecast_exhaustion(numbers: Days, limit: float) -> Exhaustion | None:
    """Gives when a number reaches `limit`; `None` with less than two weeks of days.

    Args:
        numbers: one per day, such as the highest of the day.
        limit: above the last number when it rises, below it when it falls.
    """
    shift = find_shift(numbers)
    recent = numbers[shift.day :] if shift else numbers
    if recent.size < SHORTEST_DAYS:
        recent = numbers
    if recent.size < SHORTEST_DAYS:
        return None
    slopes = _slopes(recent)
    held, tried = _past_ranges(recent)
    error, naive_error = _past_errors(recent, limit)
    left = limit - float(np.median(recent[-3:]))
    reached = [left / one for one in slopes if one and left / one > 0]
    return Exhaustion(
        days=_days_to(left, slope(recent)),
        soonest=min(reached, default=None),
        latest=max(reached) if len(reached) == len(slopes) else None,
        error=error,
        naive_error=naive_error,
        per_day=slope(recent),
        tried=tried,
        held=held,
    )


def _slopes(numbers: Days) -> list[float]:
    """Gives the slopes of the last 14 to 60 days."""
    return [slope(numbers[-days:]) for days in _WINDOWS if days <= numbers.size]


def _past_ranges(numbers: Days) -> tuple[int, int]:
    """Gives how many of the ranges that would have been given held, and how many."""
    ahead = SHORTEST_DAYS
    origins = range(SHORTEST_DAYS, numbers.size - ahead + 1, _APART_DAYS)
    held = 0
    for origin in origins:
        known = numbers[:origin]
        slopes, level = _slopes(known), float(np.median(known[-3:]))
        low, high = min(slopes) * ahead + level, max(slopes) * ahead + level
        # The wobble of single days is no part of where a trend goes.
        wobble = float(np.abs(np.diff(known[-SHORTEST_DAYS:])).max())
        truth = float(np.median(numbers[origin : origin + ahead][-3:]))
        held += low - wobble <= truth <= high + wobble
    return held, len(origins)


def _days_to(left: float, per_day: float) -> float | None:
    if not per_day or left / per_day <= 0:
        return None
    return left / per_day


def _past_errors(numbers: Days, limit: float) -> tuple[float | None, float | None]:
    """Gives the errors of this method and of no change at all, as shares of a limit."""
    known = numbers[: numbers.size * 2 // 3]
    if known.size < SHORTEST_DAYS or not limit:
        return None, None
    ahead, level = numbers.size - known.size, float(np.median(known[-3:]))
    actual = float(np.median(numbers[-3:]))
    predicted = level + slope(known) * ahead
    return abs(predicted - actual) / abs(limit), abs(level - actual) / abs(limit)
