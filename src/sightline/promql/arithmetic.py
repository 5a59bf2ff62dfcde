"""The operators and functions of PromQL on ranges of numbers."""

import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from sightline.promql import ast
from sightline.promql.intervals import EVERYTHING, NEVER_A_NUMBER, Interval

__all__ = ["apply", "calculate", "negate"]

_Operator = ast.BinaryOperator


def calculate(
    operator: ast.BinaryOperator, left: Interval, right: Interval
) -> Interval:
    """Gives what an arithmetic operator makes of any two numbers of two intervals."""
    has_nan = left.has_nan or right.has_nan
    if operator is not _Operator.POWER and (left.is_empty or right.is_empty):
        return replace(NEVER_A_NUMBER, has_nan=has_nan)
    found = _CALCULATIONS[operator](left, right)
    return replace(found, has_nan=found.has_nan or has_nan)


def negate(interval: Interval) -> Interval:
    """Gives what the minus sign makes of it."""
    return replace(interval, low=-interval.high, high=-interval.low)


def apply(function: Callable[[float], float], interval: Interval) -> Interval:
    """Gives what a function that never falls makes of an interval."""
    if interval.is_empty:
        return interval
    return replace(
        interval, low=_call(function, interval.low), high=_call(function, interval.high)
    )


def _call(function: Callable[[float], float], number: float) -> float:
    try:
        return float(function(number))
    except OverflowError:
        return math.inf
    except ValueError:
        return number


def _add(left: Interval, right: Interval) -> Interval:
    low, high = left.low + right.low, left.high + right.high
    has_nan = (left.may_be_positive_infinity and right.may_be_negative_infinity) or (
        left.may_be_negative_infinity and right.may_be_positive_infinity
    )
    return Interval(
        -math.inf if math.isnan(low) else low,
        math.inf if math.isnan(high) else high,
        has_nan,
        left.has_infinity or right.has_infinity,
    )


def _subtract(left: Interval, right: Interval) -> Interval:
    return _add(left, negate(right))


def _multiply(left: Interval, right: Interval) -> Interval:
    has_nan = (left.has_infinity and right.may_be_zero) or (
        right.has_infinity and left.may_be_zero
    )
    has_infinity = left.has_infinity or right.has_infinity
    # Zero times "as large as you like" is zero.
    products = [
        0.0 * math.copysign(1, one) * math.copysign(1, other)
        if 0 in {one, other}
        else one * other
        for one, other in _corners(left, right)
    ]
    return _hull(products, has_nan=has_nan, has_infinity=has_infinity)


def _divide(left: Interval, right: Interval) -> Interval:
    if right.may_be_zero:
        return _divide_by_zero(left, right)
    has_nan = left.has_infinity and right.has_infinity
    # What is large is not infinite, and divided by infinity it is zero.
    quotients = [
        math.copysign(0.0, one) * math.copysign(1.0, other)
        if math.isinf(one) and math.isinf(other)
        else one / other
        for one, other in _corners(left, right)
    ]
    return _hull(quotients, has_nan=has_nan, has_infinity=left.has_infinity)


def _divide_by_zero(left: Interval, right: Interval) -> Interval:
    has_nan = left.may_be_zero or (left.has_infinity and right.has_infinity)
    has_infinity = left.has_infinity or left.low != 0 or left.high != 0
    if right.low < 0 or right.may_be_negative_zero or left.low < 0 < left.high:
        return Interval(-math.inf, math.inf, has_nan, has_infinity)
    if left.low < 0:
        return negate(_divide_by_zero(negate(left), right))
    if left.low == 0 or right.high == math.inf:
        low = math.copysign(0.0, left.low)
    else:
        low = left.low / right.high if right.high else math.inf
    high = math.inf if has_infinity else 0.0
    return Interval(low, high, has_nan, has_infinity)


def _modulo(left: Interval, right: Interval) -> Interval:
    # As C's fmod: the sign of the left, and smaller than the right.
    most = max(abs(right.low), abs(right.high))
    has_nan = right.may_be_zero or left.has_infinity
    low = 0.0 if left.low >= 0 else max(left.low, -most)
    high = 0.0 if left.high <= 0 else min(left.high, most)
    return Interval(_signed_zero(left, low), high, has_nan)


def _power(left: Interval, right: Interval) -> Interval:
    # 1 to the power of NaN is 1, and so is NaN to the power of 0.
    if left.is_empty or right.is_empty:
        return EVERYTHING
    exponent = right.constant
    if exponent is not None and exponent > 0 and exponent % 2 == 0:
        most = max(abs(left.low), abs(left.high))
        return Interval(0.0, _call(lambda x: x**exponent, most), has_infinity=True)
    if left.low < 0 or left.may_be_negative_zero or left.has_nan or right.has_nan:
        return EVERYTHING
    powers = [_raise(one, other) for one, other in _corners(left, right)]
    return replace(_hull([*powers], has_nan=False, has_infinity=True))


def _raise(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except (OverflowError, ValueError):
        # 0 to a negative power, or too large.
        return math.inf


def _atan2(left: Interval, right: Interval) -> Interval:
    del left, right
    return Interval(-math.pi, math.pi)


def _corners(left: Interval, right: Interval) -> Iterable[tuple[float, float]]:
    return itertools.product((left.low, left.high), (right.low, right.high))


def _hull(numbers: Iterable[float], *, has_nan: bool, has_infinity: bool) -> Interval:
    """Gives the interval from the smallest to the largest; -0 is the smaller zero."""
    ordered = sorted(numbers, key=lambda number: (number, math.copysign(1, number)))
    return Interval(ordered[0], ordered[-1], has_nan, has_infinity)


def _signed_zero(of: Interval, number: float) -> float:
    """Gives `number`; a zero with a sign, where the interval before could be below."""
    if number == 0 and (of.low < 0 or math.copysign(1, of.low) < 0):
        return -0.0
    return number


_CALCULATIONS: Final = {
    _Operator.ADD: _add,
    _Operator.SUBTRACT: _subtract,
    _Operator.MULTIPLY: _multiply,
    _Operator.DIVIDE: _divide,
    _Operator.MODULO: _modulo,
    _Operator.POWER: _power,
    _Operator.ATAN2: _atan2,
}
