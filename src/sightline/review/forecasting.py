"""Where an hourly number goes: several simple methods, and the one that was right.

Each series chooses for itself: every method forecasts three stretches that are over
already, and the one that was nearest forecasts the stretch to come. Its error there is
part of the answer, beside that of the seasonal-naive method (the same hour of the last
week), which anything worth its name must beat.

The range is conformal: as wide as the errors of those three forecasts were. How often
a range that was made from two of them held in the third says whether it is worth the
share that it claims.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sightline.review import trends

__all__ = ["NAIVE", "SHORTEST_DAYS", "Forecast", "forecast", "wape"]

Numbers = npt.NDArray[np.float64]
"""One number per hour, oldest first; NaN where nothing was measured."""

_DAY: Final = 24
_WEEK: Final = 7 * _DAY
_FOLDS: Final = 3
_CLAIMED: Final = 0.8
_TOLERATED: Final = 0.1
_RECENT_WEEKS: Final = 4
_DECAY: Final = 0.7
"""What a week counts beside the one after it, where newer weeks count more."""

_RIDGE: Final = 1e-3
_DAILY_WAVES: Final = 6
_WEEKLY_WAVES: Final = 6
_FEWEST_SHARE: Final = 0.5

SHORTEST_DAYS: Final = 14
"""Two weeks: with less there is no second weekend to compare the first with."""

NAIVE: Final = "the same hour of the last week"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """What a series will be, and what such a forecast was worth so far.

    Attributes:
        method: in words.
        numbers: one per hour ahead.
        margin: half the width of the range that claims to hold 80 % of hours, one per
            hour ahead.
        coverage: the share of hours in which such a range held so far, 0..1.
        error: of this method on stretches that did not choose its parameters: the sum
            of absolute errors as a share of the sum of the numbers.
        naive_error: that of `NAIVE` on the same stretches.
    """

    method: str
    numbers: Numbers
    margin: Numbers
    coverage: float
    error: float
    naive_error: float

    @property
    def is_calibrated(self) -> bool:
        """Whether the range held about as often as it claims."""
        return self.coverage >= _CLAIMED - _TOLERATED


_Method = Callable[[Numbers, int], Numbers]


def forecast(history: Numbers, ahead: int) -> Forecast | None:
    """Gives the numbers of the next `ahead` hours.

    `None` with less than two weeks before the stretches that choose the method, or
    with less than half of the hours measured.

    Args:
        history: hourly, oldest first, its last number that of the last hour.
        ahead: how many hours, at least 1.
    """
    if history.size < SHORTEST_DAYS * _DAY + _FOLDS:
        return None
    if np.isfinite(history).mean() < _FEWEST_SHARE:
        return None
    filled = _fill(history)
    stretch = min(ahead, (filled.size - SHORTEST_DAYS * _DAY) // _FOLDS)
    if stretch < 1:
        return None
    trials = {name: _try(method, filled, stretch) for name, method in _METHODS.items()}
    actual = _actual(filled, stretch)
    errors = {name: wape(actual, trial) for name, trial in trials.items()}
    best = min(errors, key=errors.__getitem__)
    misses = np.abs(actual - trials[best])
    return Forecast(
        method=best,
        numbers=_METHODS[best](filled, ahead),
        margin=_margin(misses, ahead),
        coverage=_coverage(misses),
        error=errors[best],
        naive_error=errors[NAIVE],
    )


def wape(actual: Numbers, predicted: Numbers) -> float:
    """Gives the sum of absolute errors as a share of the sum of absolute numbers.

    R. Hyndman, A. Koehler: Another look at measures of forecast accuracy (2006).
    """
    total = float(np.abs(actual).sum())
    missed = float(np.abs(actual - predicted).sum())
    return missed / total if total else float(missed > 0)


def _origins(size: int, stretch: int) -> range:
    """Gives the places from which stretches that are over are forecast."""
    return range(size - _FOLDS * stretch, size, stretch)


def _actual(history: Numbers, stretch: int) -> Numbers:
    return history[-_FOLDS * stretch :].reshape(_FOLDS, stretch)


def _try(method: _Method, history: Numbers, stretch: int) -> Numbers:
    """Gives what a method said of each stretch, from what was known before it."""
    origins = _origins(history.size, stretch)
    return np.stack([method(history[:origin], stretch) for origin in origins])


def _margin(misses: Numbers, ahead: int) -> Numbers:
    """Gives the quantile of errors; beyond the stretches it grows with the root."""
    width = float(np.quantile(misses, _CLAIMED))
    stretches = np.maximum(np.arange(1, ahead + 1) / misses.shape[1], 1.0)
    return np.asarray(width * np.sqrt(stretches), dtype=np.float64)


def _coverage(misses: Numbers) -> float:
    """Gives how often the range of two stretches held in the one that is left out."""
    held = [
        (misses[fold] <= np.quantile(np.delete(misses, fold, axis=0), _CLAIMED)).mean()
        for fold in range(_FOLDS)
    ]
    return float(np.mean(held))


def _fill(history: Numbers) -> Numbers:
    """Gives the history with its gaps filled: by the usual number of that hour."""
    missing = ~np.isfinite(history)
    if not missing.any():
        return history
    filled = history.copy()
    filled[missing] = np.resize(_profile(history), history.size)[missing]
    left = ~np.isfinite(filled)
    if left.any():
        known = np.flatnonzero(~left)
        filled[left] = np.interp(np.flatnonzero(left), known, filled[known])
    return filled


def _profile(history: Numbers) -> Numbers:
    """Gives the median of every hour of the week, in the phase of the first number."""
    weeks = -(-history.size // _WEEK)
    table = np.full(weeks * _WEEK, np.nan)
    table[: history.size] = history
    with np.errstate(invalid="ignore"):
        ordered = np.sort(table.reshape(weeks, _WEEK), axis=0)  # NaN comes last
    counts = np.isfinite(ordered).sum(axis=0)
    hours = np.arange(_WEEK)
    low = ordered[np.maximum((counts - 1) // 2, 0), hours]
    high = ordered[np.maximum(counts // 2, 0), hours]
    return np.where(counts > 0, (low + high) / 2, np.nan)


def _repeat(season: Numbers, ahead: int) -> Numbers:
    """Gives a season again and again; its first number is the next hour's."""
    return np.resize(season, ahead)


def _naive(history: Numbers, ahead: int) -> Numbers:
    return _repeat(history[-_WEEK:], ahead)


def _last_day(history: Numbers, ahead: int) -> Numbers:
    return _repeat(history[-_DAY:], ahead)


def _levelled(history: Numbers, ahead: int) -> Numbers:
    """Gives the shape of the last weeks at the level of the last two days."""
    weeks = _last_weeks(history)
    shape = np.median(weeks, axis=0)
    recent = float(np.median(history[-2 * _DAY :] - shape[-2 * _DAY :]))
    return _repeat(shape, ahead) + recent


def _weighted(history: Numbers, ahead: int) -> Numbers:
    """Gives the mean of all weeks, newer ones counting more."""
    count = history.size // _WEEK
    weeks = history[-count * _WEEK :].reshape(count, _WEEK)
    weights = _DECAY ** np.arange(count - 1, -1, -1)
    return _repeat(weights @ weeks / weights.sum(), ahead)


def _last_weeks(history: Numbers) -> Numbers:
    count = min(history.size // _WEEK, _RECENT_WEEKS)
    return history[-count * _WEEK :].reshape(count, _WEEK)


def _trending(history: Numbers, ahead: int) -> Numbers:
    """Gives the usual week around the slope of the days since the last new level."""
    days = history[-(history.size // _DAY) * _DAY :].reshape(-1, _DAY)
    levels = np.median(days, axis=1)
    shift = trends.find_shift(levels)
    if shift is not None and levels.size - shift.day >= SHORTEST_DAYS:
        history, levels = history[-days[shift.day :].size :], levels[shift.day :]
    per_hour = trends.slope(levels) / _DAY
    hours = np.arange(history.size + ahead, dtype=np.float64)
    line = per_hour * (hours - history.size)
    flat = history - line[: history.size]
    count = flat.size // _WEEK
    usual = np.median(flat[-count * _WEEK :].reshape(count, _WEEK), axis=0)
    return _repeat(usual, ahead) + line[history.size :]


def _waves(history: Numbers, ahead: int) -> Numbers:
    """Gives a line and waves of the day and the week, by ridge regression."""
    size = history.size
    design, inverse = _design(size, ahead)
    middle = history.mean()
    weights = inverse @ (design[:size].T @ (history - middle))
    return np.asarray(middle + design[size:] @ weights, dtype=np.float64)


@functools.lru_cache(maxsize=16)
def _design(size: int, ahead: int) -> tuple[Numbers, Numbers]:
    hours = np.arange(size + ahead, dtype=np.float64)
    columns = [np.ones_like(hours), (hours - size) / size]
    for period, count in ((_DAY, _DAILY_WAVES), (_WEEK, _WEEKLY_WAVES)):
        for wave in range(1, count + 1):
            angles = 2 * np.pi * wave * hours / period
            columns += [np.sin(angles), np.cos(angles)]
    design = np.stack(columns, axis=1)
    known = design[:size]
    penalty = _RIDGE * size * np.eye(design.shape[1])
    inverse = np.linalg.inv(known.T @ known + penalty)
    return design, np.asarray(inverse, dtype=np.float64)


_METHODS: Final[Mapping[str, _Method]] = {
    NAIVE: _naive,
    "the same hour of the last day": _last_day,
    "the last weeks at the level of the last days": _levelled,
    "all weeks, newer ones counting more": _weighted,
    "the usual week around a slope": _trending,
    "a slope with waves of the day and the week": _waves,
}
