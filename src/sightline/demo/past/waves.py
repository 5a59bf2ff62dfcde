"""How a platform's numbers move: days and weeks, growth, noise, steps and leaks."""

from typing import Final

import numpy as np

from sightline.demo.past import series

__all__ = ["DAY", "growth", "jitter", "step", "traffic"]

DAY: Final = 86_400
_WEEK_DAYS: Final = 7
_THURSDAY: Final = 3
"""The weekday of 1970-01-01, from Monday on."""

_WEEKEND: Final = 5
_QUIETEST_HOUR: Final = 4


def traffic(times: series.Times) -> series.Numbers:
    """Gives the shape of a week around 1: quiet nights, and weekends of two thirds."""
    hour = (times % DAY) / 3_600
    daily = 1 - 0.5 * np.cos(2 * np.pi * (hour - _QUIETEST_HOUR) / 24)
    weekday = (times // DAY + _THURSDAY) % _WEEK_DAYS
    return np.where(weekday >= _WEEKEND, 0.65, 1.0) * daily


def growth(times: series.Times, a_year: float) -> series.Numbers:
    """Gives a steady growth that ends at 1; `a_year` is 0.2 for a fifth more."""
    years: series.Numbers = (times - times[-1]) / (365 * DAY)
    return np.asarray(np.exp(np.log1p(a_year) * years), dtype=np.float64)


def jitter(
    times: series.Times, chance: np.random.Generator, share: float
) -> series.Numbers:
    """Gives noise around 1 with a standard deviation of `share`, never below 0."""
    return np.maximum(chance.normal(1.0, share, times.size), 0.0)


def step(times: series.Times, at: int, before: float, after: float) -> series.Numbers:
    """Gives `before` up to a time in Unix seconds, and `after` from it on."""
    return np.where(times < at, before, after)
