"""How far a condition is from changing its mind: positive holds, negative does not.

An expression is estimated with its filters kept open: an element that a comparison
would drop stays, with a negative margin that says by how much it failed. A search can
then go uphill towards an input that fires, and downhill towards one that is silent.
"""

import math
from collections.abc import Callable, Mapping
from typing import Final

from sightline.promql import ast

__all__ = ["LOST", "all_of", "any_of", "compare", "is_true"]

LOST: Final = -1.0
"""The margin of what is not there at all."""

_NOT_A_NUMBER: Final = -2.0
_JUST: Final = 1e-12

_Operator = ast.BinaryOperator

_TESTS: Final[Mapping[_Operator, Callable[[float, float], bool]]] = {
    _Operator.EQUAL: lambda left, right: left == right,
    _Operator.NOT_EQUAL: lambda left, right: left != right,
    _Operator.LESS: lambda left, right: left < right,
    _Operator.LESS_EQUAL: lambda left, right: left <= right,
    _Operator.GREATER: lambda left, right: left > right,
    _Operator.GREATER_EQUAL: lambda left, right: left >= right,
}


def is_true(operator: _Operator, left: float, right: float) -> bool:
    """Whether the comparison holds, as PromQL decides it."""
    return _TESTS[operator](left, right)


def compare(operator: _Operator, left: float, right: float) -> float:
    """Gives the margin of a comparison; never 0."""
    holds = is_true(operator, left, right)
    if math.isnan(left) or math.isnan(right):
        return _JUST if holds else _NOT_A_NUMBER
    distance = _distance(left, right)
    if operator is _Operator.EQUAL:
        return 1.0 if holds else -distance
    if operator is _Operator.NOT_EQUAL:
        return distance if holds else -_JUST
    return max(distance, _JUST) if holds else -max(distance, _JUST)


def _distance(left: float, right: float) -> float:
    """Gives 0 for equal numbers, nearly 1 for a large ratio, more beyond 0."""
    if left == right:
        return 0.0
    if math.isinf(left) or math.isinf(right):
        return 1.5
    size = abs(left) + abs(right)
    near = abs(left - right) / size
    # Numbers on both sides of 0 are all equally far by ratio: size breaks the tie.
    return near if left * right > 0 else near + 1e-3 * math.log1p(size)


def all_of(first: float, second: float) -> float:
    """Gives the margin of both: shortfalls add up, so that each repair counts."""
    if first > 0 and second > 0:
        return min(first, second)
    return min(first, 0.0) + min(second, 0.0)


def any_of(first: float, second: float) -> float:
    """Gives the margin of either."""
    return max(first, second)
