"""Thresholds that no number meets exactly, so that `>` and `>=` are the same.

`x / 0.01 > 14.4` never compares equal numbers: of the floats around 0.144 none gives
14.4 when it is divided by 0.01. Rounded operations with a number are monotone, so that
to look at the floats nearby is to look at all.
"""

import math
from collections.abc import Callable, Mapping
from typing import Final

from sightline.promql import ast, functions, valuetypes, walking

__all__ = ["explain_threshold"]

_O = ast.BinaryOperator

_PAIRS: Final = frozenset(
    {frozenset({_O.GREATER, _O.GREATER_EQUAL}), frozenset({_O.LESS, _O.LESS_EQUAL})}
)
_NEARBY: Final = 64
"""Floats that are tried on each side; rounding errors are a few of them."""

_Operation = Callable[[float, float], float]
_INVERSE: Final[Mapping[_O, tuple[_Operation, _Operation]]] = {
    _O.MULTIPLY: (lambda x, by: x * by, lambda y, by: y / by),
    _O.DIVIDE: (lambda x, by: x / by, lambda y, by: y * by),
}
"""Each operation with a number to its right, and what undoes it nearly."""


def explain_threshold(node: ast.Expression, other: object) -> str:
    """Says why a comparison may include equality or not; empty where it matters.

    Args:
        node: the comparison as it is written.
        other: what takes its place.
    """
    if not isinstance(node, ast.Binary) or not isinstance(other, ast.Binary):
        return ""
    if frozenset({node.operator, other.operator}) not in _PAIRS:
        return ""
    left, right = walking.bare(node.left), walking.bare(node.right)
    match left, right:
        case (
            ast.Binary(operator=operator, right=ast.Number(number=by)),
            ast.Number(number=limit),
        ) if operator in _INVERSE and not _is_scalar(left.left):
            if _is_usual(by) and _is_usual(limit) and not _is_met(operator, by, limit):
                return f"no float is {limit:g} after `{operator} {by:g}`"
        case _:
            pass
    return ""


def _is_usual(number: float) -> bool:
    """Whether products and quotients with it keep clear of the ends of floats."""
    return 1e-100 < abs(number) < 1e100  # noqa: PLR2004  # far from both ends


def _is_scalar(node: ast.Expression) -> bool:
    return valuetypes.check(node) is functions.ValueType.SCALAR


def _is_met(operator: _O, by: float, limit: float) -> bool:
    """Whether some float gives the limit, rounded as floats are."""
    apply, undo = _INVERSE[operator]
    start = undo(limit, by)
    for end in (-math.inf, math.inf):
        one = start
        for _ in range(_NEARBY):
            if apply(one, by) == limit:
                return True
            one = math.nextafter(one, end)
    return False
