"""The number that a constant expression comes to."""

import operator
from collections.abc import Callable, Mapping
from typing import Final

from sightline.promql import ast, walking

__all__ = ["fold"]

_OPERATIONS: Final[Mapping[ast.BinaryOperator, Callable[[float, float], object]]] = {
    ast.BinaryOperator.ADD: operator.add,
    ast.BinaryOperator.SUBTRACT: operator.sub,
    ast.BinaryOperator.MULTIPLY: operator.mul,
    ast.BinaryOperator.DIVIDE: operator.truediv,
    ast.BinaryOperator.POWER: operator.pow,
}


def fold(node: ast.Expression) -> float | None:
    """Gives the number of an expression without series; `None` for any other."""
    match walking.bare(node):
        case ast.Number(number=number):
            return number
        case ast.Unary(operand=operand, is_negative=is_negative):
            inner = fold(operand)
            return None if inner is None else -inner if is_negative else inner
        case ast.Binary(operator=sign, left=left, right=right):
            return _combine(sign, fold(left), fold(right))
        case _:
            return None


def _combine(
    sign: ast.BinaryOperator, left: float | None, right: float | None
) -> float | None:
    combine = _OPERATIONS.get(sign)
    if combine is None or left is None or right is None:
        return None
    try:
        combined = combine(left, right)
    except (ArithmeticError, ValueError):
        return None
    # A negative number to a broken power is complex in Python and NaN in Prometheus.
    return combined if isinstance(combined, float) else None
