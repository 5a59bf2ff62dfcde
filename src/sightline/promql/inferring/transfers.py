"""What functions make of numbers, one series at a time."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from sightline.promql import arithmetic, intervals
from sightline.promql.intervals import EVERYTHING, NATURAL, NUMBERS, Interval

__all__ = ["OF_SAMPLES", "OF_VALUES", "absolute", "clamp", "round_to"]

Transfer = Callable[[Interval], Interval]


def absolute(interval: Interval) -> Interval:
    """Gives the sizes of numbers."""
    if interval.is_empty or (interval.low >= 0 and not interval.may_be_negative_zero):
        return interval
    if interval.high <= 0:
        return replace(interval, low=abs(interval.high), high=abs(interval.low))
    return replace(interval, low=0.0, high=max(-interval.low, interval.high))


def clamp(interval: Interval, low: Interval, high: Interval) -> Interval:
    """Gives numbers forced between two bounds, of which each may vary itself."""
    if interval.is_empty or low.has_nan or high.has_nan:
        return EVERYTHING
    smallest = min(max(interval.low, low.low), high.low)
    largest = max(min(interval.high, high.high), low.high)
    # A zero may come from the number or from the bound, with either sign.
    return Interval(
        -0.0 if smallest == 0 else smallest,
        largest,
        interval.has_nan,
        interval.has_infinity or low.has_infinity or high.has_infinity,
    )


def round_to(interval: Interval, step: float) -> Interval:
    """Gives numbers rounded to multiples of `step`, halves upwards."""
    if not (step and math.isfinite(step)):
        return EVERYTHING
    return _signed(
        arithmetic.apply(lambda x: _whole(math.floor, x / step + 0.5) * step, interval)
        if step > 0
        else NUMBERS.join(interval)
    )


def _whole(function: Callable[[float], float], number: float) -> float:
    return float(function(number)) if math.isfinite(number) else number


def _rising(function: Callable[[float], float]) -> Transfer:
    return lambda interval: _signed(arithmetic.apply(function, interval))


def _signed(interval: Interval) -> Interval:
    """Gives the interval with a signed zero: rounding -0.3 up gives -0."""
    return replace(interval, low=-0.0) if interval.low == 0 else interval


def _exponential(interval: Interval) -> Interval:
    found = arithmetic.apply(math.exp, interval)
    return replace(found, has_infinity=not interval.is_empty and found.high == math.inf)


def _root(interval: Interval) -> Interval:
    positive = interval.clip(0.0, math.inf)
    has_nan = interval.has_nan or interval.low < 0
    return replace(arithmetic.apply(math.sqrt, positive), has_nan=has_nan)


def _logarithm(function: Callable[[float], float]) -> Transfer:
    def transfer(interval: Interval) -> Interval:
        positive = interval.clip(0.0, math.inf)
        has_nan = interval.has_nan or interval.low < 0
        if positive.is_empty:
            return replace(positive, has_nan=has_nan)
        low = -math.inf if positive.low == 0 else function(positive.low)
        high = -math.inf if positive.high == 0 else function(positive.high)
        is_infinite = positive.has_infinity or positive.low == 0
        return Interval(low, high, has_nan, is_infinite)

    return transfer


def _within(low: float, high: float) -> Transfer:
    """Gives the transfer of a function with a bounded result, NaN for infinities."""

    def transfer(interval: Interval) -> Interval:
        return Interval(low, high, interval.has_nan or interval.has_infinity)

    return transfer


def _partly(low: float, high: float) -> Transfer:
    """As `_within`, for a function that is not defined everywhere."""
    return lambda _: Interval(low, high, has_nan=True)


def _anything(_: Interval) -> Interval:
    return EVERYTHING


def _always(found: Interval) -> Transfer:
    return lambda _: found


def _same(interval: Interval) -> Interval:
    return interval


def _scaled(factor: float) -> Transfer:
    return lambda interval: arithmetic.apply(lambda x: x * factor, interval)


def _grow(interval: Interval) -> Interval:
    """Gives what `rate` and its like give: never below zero for what never is."""
    has_nan = interval.has_nan or interval.has_infinity
    if interval.low >= 0:
        return Interval(0.0, math.inf, has_nan, interval.has_infinity)
    return Interval(-math.inf, math.inf, has_nan, interval.has_infinity)


def _change(interval: Interval) -> Interval:
    has_nan = interval.has_nan or interval.has_infinity
    return Interval(-math.inf, math.inf, has_nan, interval.has_infinity)


def _trend(interval: Interval) -> Interval:
    return replace(_change(interval), has_nan=True)


def _summed(interval: Interval) -> Interval:
    if interval.is_empty:
        return interval
    has_nan = interval.has_nan or interval.has_infinity
    low = interval.low if interval.low >= 0 else -math.inf
    high = interval.high if interval.high <= 0 else math.inf
    return Interval(low, high, has_nan, interval.has_infinity)


def _averaged(interval: Interval) -> Interval:
    return replace(interval, has_nan=interval.has_nan or interval.has_infinity)


def _spread(interval: Interval) -> Interval:
    if interval.is_empty:
        return interval
    most = interval.high - interval.low
    return Interval(
        0.0,
        math.inf if math.isnan(most) else most,
        interval.has_nan or interval.has_infinity,
        interval.has_infinity,
    )


def _deviation(interval: Interval) -> Interval:
    spread = _spread(interval)
    return spread if spread.is_empty else replace(spread, high=spread.high / 2)


def _variance(interval: Interval) -> Interval:
    spread = _deviation(interval)
    return spread if spread.is_empty else replace(spread, high=spread.high**2)


def _sign(number: float) -> float:
    return math.copysign(1.0, number) if number else number


OF_VALUES: Final[Mapping[str, Transfer]] = {
    "abs": absolute,
    "acos": _partly(0.0, math.pi),
    "acosh": _always(replace(EVERYTHING, low=0.0)),
    "asin": _partly(-math.pi / 2, math.pi / 2),
    "asinh": _anything,
    "atan": _rising(math.atan),
    "atanh": _anything,
    "ceil": _rising(lambda x: _whole(math.ceil, x)),
    "cos": _within(-1.0, 1.0),
    "cosh": _always(replace(EVERYTHING, low=1.0)),
    "day_of_month": _always(Interval(1.0, 31.0)),
    "day_of_week": _always(Interval(0.0, 6.0)),
    "day_of_year": _always(Interval(1.0, 366.0)),
    "days_in_month": _always(Interval(28.0, 31.0)),
    "deg": _scaled(180 / math.pi),
    "exp": _exponential,
    "floor": _rising(lambda x: _whole(math.floor, x)),
    "hour": _always(Interval(0.0, 23.0)),
    "ln": _logarithm(math.log),
    "log10": _logarithm(math.log10),
    "log2": _logarithm(math.log2),
    "minute": _always(Interval(0.0, 59.0)),
    "month": _always(Interval(1.0, 12.0)),
    "rad": _scaled(math.pi / 180),
    "sgn": _rising(_sign),
    "sin": _within(-1.0, 1.0),
    "sinh": _anything,
    "sort": _same,
    "sort_by_label": _same,
    "sort_by_label_desc": _same,
    "sort_desc": _same,
    "sqrt": _root,
    "start_timestamp": _always(NUMBERS),
    "tan": _anything,
    "tanh": _rising(math.tanh),
    "timestamp": _always(NUMBERS),
    "year": _always(NUMBERS),
}
"""What a function of an instant vector makes of its numbers."""

OF_SAMPLES: Final[Mapping[str, Transfer]] = {
    "avg_over_time": _averaged,
    "changes": _always(NATURAL),
    "count_over_time": _always(Interval(1.0, math.inf)),
    "delta": _change,
    "deriv": _trend,
    "double_exponential_smoothing": _trend,
    "first_over_time": _same,
    "holt_winters": _trend,
    "idelta": _change,
    "increase": _grow,
    "irate": _grow,
    "last_over_time": _same,
    "mad_over_time": _spread,
    "max_over_time": _same,
    "min_over_time": _same,
    "predict_linear": _trend,
    "present_over_time": _always(intervals.ONE),
    "quantile_over_time": _averaged,
    "rate": _grow,
    "resets": _always(NATURAL),
    "stddev_over_time": _deviation,
    "stdvar_over_time": _variance,
    "sum_over_time": _summed,
    "ts_of_first_over_time": _always(NUMBERS),
    "ts_of_last_over_time": _always(NUMBERS),
    "ts_of_max_over_time": _always(NUMBERS),
    "ts_of_min_over_time": _always(NUMBERS),
}
"""What a function of a range vector makes of the samples of a series."""
