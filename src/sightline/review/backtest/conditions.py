"""An alert's condition taken apart at its outermost comparison.

With the measured side apart from the limit, the history of the measured side answers
for every limit that somebody may want to try.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sightline.promql import ast, folding, walking
from sightline.review.backtest import restricting, states, timelines

__all__ = ["Condition", "split"]

_Compare = Callable[[timelines.Numbers, float], states.Holds]

_COMPARE: Final[Mapping[ast.BinaryOperator, _Compare]] = {
    ast.BinaryOperator.EQUAL: operator.eq,
    ast.BinaryOperator.NOT_EQUAL: operator.ne,
    ast.BinaryOperator.LESS: operator.lt,
    ast.BinaryOperator.LESS_EQUAL: operator.le,
    ast.BinaryOperator.GREATER: operator.gt,
    ast.BinaryOperator.GREATER_EQUAL: operator.ge,
}
_MIRRORED: Final = {
    ast.BinaryOperator.LESS: ast.BinaryOperator.GREATER,
    ast.BinaryOperator.LESS_EQUAL: ast.BinaryOperator.GREATER_EQUAL,
    ast.BinaryOperator.GREATER: ast.BinaryOperator.LESS,
    ast.BinaryOperator.GREATER_EQUAL: ast.BinaryOperator.LESS_EQUAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """`measured operator limit`."""

    measured: ast.Expression
    operator: ast.BinaryOperator
    limit: float

    def holds(self, numbers: timelines.Numbers, limit: float) -> states.Holds:
        """Says at which evaluations the condition would hold with another limit.

        A missing sample meets no condition. A NaN that was measured cannot be told
        from a missing one here; it too meets none but `!=`.
        """
        held = _COMPARE[self.operator](numbers, limit)
        return held & ~np.isnan(numbers)


def split(expression: ast.Expression) -> Condition:
    """Gives the measured side and the limit of a condition.

    Raises:
        NotReplayable: the outermost operator compares no expression with a number.
    """
    node = walking.bare(expression)
    if not isinstance(node, ast.Binary):
        raise restricting.NotReplayable("there is no comparison at the outside")
    if node.operator in ast.SET_OPERATORS:
        raise restricting.NotReplayable(
            f"`{node.operator}` joins conditions that have a limit each"
        )
    if node.operator not in ast.COMPARISONS or node.returns_bool:
        raise restricting.NotReplayable("there is no comparison at the outside")
    left, right = folding.fold(node.left), folding.fold(node.right)
    if right is not None and left is None:
        return Condition(measured=node.left, operator=node.operator, limit=right)
    if left is not None and right is None:
        mirrored = _MIRRORED.get(node.operator, node.operator)
        return Condition(measured=node.right, operator=mirrored, limit=left)
    raise restricting.NotReplayable("the comparison has no number on just one side")
