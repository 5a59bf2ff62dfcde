"""Laws of the arithmetic on ranges: no result of two numbers lies outside."""

import math
import operator
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.promql import arithmetic, ast, intervals

Operator = ast.BinaryOperator
NUMBERS = st.sampled_from(
    (-math.inf, -1e6, -2.5, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 2.0, 3.0, 1e6, math.inf)
) | st.floats(-1e9, 1e9)


@st.composite
def within(draw: st.DrawFn) -> tuple[intervals.Interval, float]:
    """Gives an interval and a number in it; sometimes NaN or an infinity."""
    low, number, high = sorted(draw(st.tuples(NUMBERS, NUMBERS, NUMBERS)))
    if number == 0 and low == 0:
        low = math.copysign(0.0, min(math.copysign(1, low), math.copysign(1, number)))
    has_nan = draw(st.booleans())
    interval = intervals.Interval(
        low, high, has_nan, has_infinity=math.inf in {-low, high}
    )
    if has_nan and draw(st.booleans()):
        number = math.nan
    return interval, number


def divide(left: float, right: float) -> float:
    if right != 0 or math.isnan(left):
        return left / right if right != 0 else math.nan
    sign = math.copysign(1, left) * math.copysign(1, right)
    return math.nan if left == 0 else math.copysign(math.inf, sign)


def power(left: float, right: float) -> float:
    try:
        return math.pow(left, right)
    except OverflowError:
        return math.inf if left > 0 or right % 2 == 0 else -math.inf
    except ValueError:
        return math.nan if left != 0 else math.copysign(math.inf, left)


def modulo(left: float, right: float) -> float:
    is_number = right != 0 and math.isfinite(left)
    return math.fmod(left, right) if is_number else math.nan


# What Go, and so Prometheus, makes of two numbers.
ARITHMETIC: dict[Operator, Callable[[float, float], float]] = {
    Operator.ADD: operator.add,
    Operator.SUBTRACT: operator.sub,
    Operator.MULTIPLY: operator.mul,
    Operator.DIVIDE: divide,
    Operator.MODULO: modulo,
    Operator.POWER: power,
    Operator.ATAN2: math.atan2,
}
COMPARISONS: dict[Operator, Callable[[float, float], bool]] = {
    Operator.EQUAL: operator.eq,
    Operator.NOT_EQUAL: operator.ne,
    Operator.LESS: operator.lt,
    Operator.LESS_EQUAL: operator.le,
    Operator.GREATER: operator.gt,
    Operator.GREATER_EQUAL: operator.ge,
}


def is_in(number: float, interval: intervals.Interval) -> bool:
    if number in interval:
        return True
    slack = 1e-9 * max(1.0, abs(number))
    return (
        math.isfinite(number)
        and interval.low - slack <= number <= interval.high + slack
    )


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(ARITHMETIC)), within(), within())
def test_no_operator_leaves_its_interval(
    sign: Operator,
    left: tuple[intervals.Interval, float],
    right: tuple[intervals.Interval, float],
) -> None:
    found = arithmetic.calculate(sign, left[0], right[0])
    result = ARITHMETIC[sign](left[1], right[1])
    if sign is Operator.POWER and math.isinf(result):
        assert found.high == math.inf or found.low == -math.inf
    else:
        assert is_in(result, found)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(COMPARISONS)), within(), within())
def test_no_comparison_turns_out_otherwise(
    sign: Operator,
    left: tuple[intervals.Interval, float],
    right: tuple[intervals.Interval, float],
) -> None:
    holds = COMPARISONS[sign](left[1], right[1])
    outcome = intervals.compare(sign, left[0], right[0])
    impossible = intervals.Outcome.NEVER if holds else intervals.Outcome.ALWAYS
    assert outcome is not impossible
    if holds:
        assert left[1] in intervals.narrow(sign, left[0], right[0])
