"""Ranges of numbers: what a series may show, and how two of them compare.

An `Interval` holds the numbers from `low` to `high`, NaN if `has_nan`, and the
infinities themselves only if `has_infinity`: a bound of `inf` without the flag means
"as large as you like". A `low` of `-0.0` says that a zero may be a negative one, by
which Prometheus divides to -Inf.
"""

import enum
import math
from dataclasses import dataclass, replace
from typing import Final

from sightline.promql import ast

__all__ = [
    "EVERYTHING",
    "NATURAL",
    "NEVER_A_NUMBER",
    "NUMBERS",
    "ONE",
    "TRUTH",
    "Interval",
    "Outcome",
    "compare",
    "narrow",
]


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers that a value may be; none, when `low` is above `high`.

    Attributes:
        low, high: the bounds, both included.
        has_nan: it may be NaN.
        has_infinity: it may be infinite, at those ends that are.
    """

    low: float
    high: float
    has_nan: bool = False
    has_infinity: bool = False

    @classmethod
    def of(cls, number: float) -> "Interval":
        """Gives the interval of one number."""
        if math.isnan(number):
            return NEVER_A_NUMBER
        return cls(number, number, has_infinity=math.isinf(number))

    @property
    def is_empty(self) -> bool:
        """There is no number in it, except perhaps NaN."""
        return self.low > self.high

    @property
    def constant(self) -> float | None:
        """The one number that it can be."""
        return self.low if self.low == self.high and not self.has_nan else None

    @property
    def may_be_zero(self) -> bool:
        """Something divided by it may be infinite or NaN."""
        return self.low <= 0 <= self.high

    @property
    def may_be_negative_zero(self) -> bool:
        """A zero in it may have a sign."""
        return self.may_be_zero and math.copysign(1, self.low) < 0

    @property
    def may_be_positive_infinity(self) -> bool:
        """It may be +Inf."""
        return self.has_infinity and self.high == math.inf

    @property
    def may_be_negative_infinity(self) -> bool:
        """It may be -Inf."""
        return self.has_infinity and self.low == -math.inf

    def __contains__(self, number: float) -> bool:
        """Says whether it may be `number`."""
        if math.isnan(number):
            return self.has_nan
        if math.isinf(number) and not self.has_infinity:
            return False
        return self.low <= number <= self.high

    def join(self, other: "Interval") -> "Interval":
        """Gives what either may be."""
        return Interval(
            _lower(self.low, other.low),
            max(self.high, other.high),
            self.has_nan or other.has_nan,
            self.has_infinity or other.has_infinity,
        )

    def clip(self, low: float, high: float) -> "Interval":
        """Gives its part between two bounds; NaN stays."""
        within = Interval(_higher(self.low, low), min(self.high, high), self.has_nan)
        is_open = math.inf in {within.high, -within.low}
        return replace(within, has_infinity=self.has_infinity and is_open)

    def __str__(self) -> str:
        """Writes it as mathematics do, such as `[0, 1]` or `[0, ∞) or NaN`."""
        if self.is_empty:
            return "NaN" if self.has_nan else "nothing"
        # A zero is shown without its sign.
        left = "(-∞" if self.low == -math.inf else f"[{self.low + 0.0:g}"
        right = "∞)" if self.high == math.inf else f"{self.high + 0.0:g}]"
        is_infinite = self.low == math.inf or self.high == -math.inf
        finite = [] if is_infinite else [f"{left}, {right}"]
        extras = [
            word
            for word, is_there in (
                ("+Inf", self.may_be_positive_infinity),
                ("-Inf", self.may_be_negative_infinity),
                ("NaN", self.has_nan),
            )
            if is_there
        ]
        return " or ".join([*finite, *extras])


NUMBERS: Final = Interval(-math.inf, math.inf)
"""Any finite number."""

EVERYTHING: Final = Interval(-math.inf, math.inf, has_nan=True, has_infinity=True)
"""Whatever a float can be."""

NATURAL: Final = Interval(0.0, math.inf)
"""Any finite number that is not negative."""

ONE: Final = Interval(1.0, 1.0)
TRUTH: Final = Interval(0.0, 1.0)
NEVER_A_NUMBER: Final = Interval(math.inf, -math.inf, has_nan=True)


class Outcome(enum.Enum):
    """How a comparison can turn out."""

    NEVER = "never"
    SOMETIMES = "sometimes"
    ALWAYS = "always"


_Operator = ast.BinaryOperator
_MIRRORED: Final = {
    _Operator.LESS: _Operator.GREATER,
    _Operator.LESS_EQUAL: _Operator.GREATER_EQUAL,
    _Operator.GREATER: _Operator.LESS,
    _Operator.GREATER_EQUAL: _Operator.LESS_EQUAL,
}


def compare(operator: ast.BinaryOperator, left: Interval, right: Interval) -> Outcome:
    """Says whether a comparison holds for all, some or none of the numbers."""
    match operator:
        case _Operator.NOT_EQUAL:
            # NaN differs from everything, itself included.
            return _OPPOSITE[_compare_equal(left, right)]
        case _Operator.EQUAL:
            return _compare_equal(left, right)
        case _Operator.LESS | _Operator.LESS_EQUAL:
            return compare(_MIRRORED[operator], right, left)
        case _:
            return _compare_greater(left, right, or_equal=operator is _OR_EQUAL)


_OR_EQUAL: Final = _Operator.GREATER_EQUAL
_OPPOSITE: Final = {
    Outcome.NEVER: Outcome.ALWAYS,
    Outcome.SOMETIMES: Outcome.SOMETIMES,
    Outcome.ALWAYS: Outcome.NEVER,
}


def _compare_equal(left: Interval, right: Interval) -> Outcome:
    if left.is_empty or right.is_empty:
        return Outcome.NEVER
    if left.high < right.low or left.low > right.high:
        return Outcome.NEVER
    if left.constant is not None and left.constant == right.constant:
        return Outcome.ALWAYS
    return Outcome.SOMETIMES


def _compare_greater(left: Interval, right: Interval, *, or_equal: bool) -> Outcome:
    if left.is_empty or right.is_empty or left.high < right.low:
        return Outcome.NEVER
    if left.high == right.low and not or_equal:
        return Outcome.NEVER
    is_above = left.low > right.high or (or_equal and left.low == right.high)
    if is_above and not (left.has_nan or right.has_nan):
        return Outcome.ALWAYS
    return Outcome.SOMETIMES


def narrow(operator: ast.BinaryOperator, left: Interval, right: Interval) -> Interval:
    """Gives what is left of `left` where a comparison with `right` holds."""
    match operator:
        case _Operator.NOT_EQUAL:
            return left
        case _Operator.EQUAL:
            part = left.clip(right.low, right.high)
        case _Operator.GREATER | _Operator.GREATER_EQUAL:
            part = left.clip(right.low, math.inf)
        case _:
            part = left.clip(-math.inf, right.high)
    return replace(part, has_nan=False)


def _lower(one: float, other: float) -> float:
    """Gives the lower bound; of two zeros the negative one."""
    if one == other == 0:
        return one if math.copysign(1, one) < 0 else other
    return min(one, other)


def _higher(one: float, other: float) -> float:
    """Gives the higher lower bound; a zero that cut the negative off has both signs."""
    if other == 0 and one <= 0:
        return one if one == 0 else -0.0
    return max(one, other)
