"""The functions of a range: what `rate` and its like make of the samples in a window.

The arithmetic is that of Prometheus 3 (left-open windows, extrapolation to the edges),
so that a number that meets a threshold exactly here also meets it there.
https://github.com/prometheus/prometheus/blob/main/promql/functions.go
"""

import itertools
import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["FUNCTIONS", "TOTALS", "Function", "Window", "quantile"]

_EDGE: Final = 1.1
"""How many sample intervals from the edge a window is taken to reach it."""

_FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class Window:
    """The samples of one series in a stretch of time.

    Attributes:
        samples: times and values, in order; of long windows only some, the first and
            the last among them.
        count: how many there really are.
        start: where the window begins, in seconds.
        end: where it ends.
        total: the sum of all samples where it is known.
    """

    samples: Sequence[tuple[float, float]]
    count: int
    start: float
    end: float
    total: float | None = None

    @property
    def amounts(self) -> list[float]:
        """The values alone."""
        return [amount for _, amount in self.samples]


Function = Callable[[Window, Sequence[float]], float | None]


def _extrapolated(window: Window, *, is_counter: bool, is_rate: bool) -> float | None:
    if window.count < _FEWEST or len(window.samples) < _FEWEST:
        return None
    (first_time, first), (last_time, last) = window.samples[0], window.samples[-1]
    gain = last - first
    if is_counter:
        gain += _lost_by_resets(window.amounts)
    sampled = last_time - first_time
    between = sampled / (window.count - 1)
    before = _reach(first_time - window.start, between)
    if is_counter and gain > 0 and first >= 0:
        before = min(before, sampled * (first / gain))
    after = _reach(window.end - last_time, between)
    factor = (sampled + before + after) / sampled
    return gain * (factor / (window.end - window.start) if is_rate else factor)


def _reach(gap: float, between: float) -> float:
    return between / 2 if gap >= between * _EDGE else gap


def _lost_by_resets(amounts: Sequence[float]) -> float:
    pairs = itertools.pairwise(amounts)
    return sum(before for before, after in pairs if after < before)


def _rate(window: Window, _: Sequence[float]) -> float | None:
    return _extrapolated(window, is_counter=True, is_rate=True)


def _increase(window: Window, _: Sequence[float]) -> float | None:
    return _extrapolated(window, is_counter=True, is_rate=False)


def _delta(window: Window, _: Sequence[float]) -> float | None:
    return _extrapolated(window, is_counter=False, is_rate=False)


def _instant(window: Window, *, is_rate: bool) -> float | None:
    if len(window.samples) < _FEWEST:
        return None
    (before, first), (after, last) = window.samples[-2:]
    if is_rate:
        return (last if last < first else last - first) / (after - before)
    return last - first


def _line(window: Window, at: float) -> tuple[float, float] | None:
    """Gives the slope and the height at time `at` of the line of least squares."""
    if len(window.samples) < _FEWEST:
        return None
    times = [time - at for time, _ in window.samples]
    if len(set(window.amounts)) == 1:
        return 0.0, window.amounts[0]
    fit = statistics.linear_regression(times, window.amounts)
    return fit.slope, fit.intercept


def _deriv(window: Window, _: Sequence[float]) -> float | None:
    line = _line(window, window.end)
    return None if line is None else line[0]


def _predict_linear(window: Window, arguments: Sequence[float]) -> float | None:
    line = _line(window, window.end)
    return None if line is None else line[1] + line[0] * arguments[0]


def _changes(window: Window) -> float:
    amounts = window.amounts
    seen = sum(before != after for before, after in itertools.pairwise(amounts))
    pairs = max(len(amounts) - 1, 1)
    return float(round(seen * (window.count - 1) / pairs))


def _resets(window: Window) -> float:
    amounts = window.amounts
    seen = sum(after < before for before, after in itertools.pairwise(amounts))
    return float(seen)


def _quantile(window: Window, arguments: Sequence[float]) -> float:
    return quantile(arguments[0], window.amounts)


def quantile(share: float, amounts: Sequence[float]) -> float:
    """Gives the quantile of some numbers as PromQL interpolates it."""
    if not 0 <= share <= 1:
        return math.inf if share > 1 else -math.inf
    ordered = sorted(amounts)
    rank = share * (len(ordered) - 1)
    low = math.floor(rank)
    high = min(low + 1, len(ordered) - 1)
    weight = rank - low
    return ordered[low] * (1 - weight) + ordered[high] * weight


def _of_amounts(function: Callable[[list[float]], float]) -> Function:
    def apply(window: Window, _: Sequence[float]) -> float:
        return function(window.amounts)

    return apply


def _mean(amounts: list[float]) -> float:
    return math.fsum(amounts) / len(amounts)


def _average(window: Window, _: Sequence[float]) -> float:
    return _sum(window, ()) / window.count


def _sum(window: Window, _: Sequence[float]) -> float:
    if window.total is not None:
        return window.total
    if window.count == len(window.samples):
        return math.fsum(window.amounts)
    return _mean(window.amounts) * window.count


FUNCTIONS: Final[Mapping[str, Function]] = {
    "avg_over_time": _average,
    "changes": lambda window, _: _changes(window),
    "count_over_time": lambda window, _: float(window.count),
    "delta": _delta,
    "deriv": _deriv,
    "first_over_time": lambda window, _: window.amounts[0],
    "idelta": lambda window, _: _instant(window, is_rate=False),
    "increase": _increase,
    "irate": lambda window, _: _instant(window, is_rate=True),
    "last_over_time": lambda window, _: window.amounts[-1],
    "max_over_time": _of_amounts(max),
    "min_over_time": _of_amounts(min),
    "predict_linear": _predict_linear,
    "present_over_time": lambda _, __: 1.0,
    "quantile_over_time": _quantile,
    "rate": _rate,
    "resets": lambda window, _: _resets(window),
    "stddev_over_time": _of_amounts(statistics.pstdev),
    "stdvar_over_time": _of_amounts(statistics.pvariance),
    "sum_over_time": _sum,
}
"""By name; each takes a window that is not empty, and gives `None` for no result."""

TOTALS: Final = frozenset({"avg_over_time", "count_over_time", "sum_over_time"})
"""Those that need no samples, only how many there are and their sum."""
