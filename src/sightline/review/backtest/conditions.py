"""An alert's condition taken apart at its outermost comparison.

With the measured side apart from the limit, the history of the measured side answers
for every limit that somebody may want to try.
"""

import dataclasses
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sightline.promql import ast, folding, walking
from sightline.review.backtest import restricting, states, timelines

__all__ = ["Condition", "split", "without_guards"]

_GUARDING: Final = frozenset({ast.BinaryOperator.AND, ast.BinaryOperator.UNLESS})

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
    """`measured operator limit`.

    Attributes:
        limit_span: where the limit stands in the text that was parsed.
    """

    measured: ast.Expression
    operator: ast.BinaryOperator
    limit: float
    limit_span: ast.Span

    def holds(self, numbers: timelines.Numbers, limit: float) -> states.Holds:
        """Says at which evaluations the condition would hold with another limit.

        A missing sample meets no condition. A NaN that was measured cannot be told
        from a missing one here; it too meets none but `!=`.
        """
        held = _COMPARE[self.operator](numbers, limit)
        return held & ~np.isnan(numbers)


def split(expression: ast.Expression) -> Condition:
    """Gives the measured side and the limit of a condition.

    What a condition is joined to by `and` or `unless` is its guard, and stays with the
    measured side: `x > 5 and y` has the results of `(x and y) > 5`, because both
    operators keep or drop a series of their left side and change nothing of it.

    Raises:
        NotReplayable: the outermost operator compares no expression with a number.
    """
    node = walking.bare(expression)
    if not isinstance(node, ast.Binary):
        raise restricting.NotReplayable("there is no comparison at the outside")
    if node.operator in _GUARDING:
        guarded = split(node.left)
        measured = dataclasses.replace(node, left=guarded.measured)
        return dataclasses.replace(guarded, measured=measured)
    if node.operator in ast.SET_OPERATORS:
        raise restricting.NotReplayable(
            f"`{node.operator}` joins conditions that have a limit each"
        )
    return _split_comparison(node)


def without_guards(expression: ast.Expression) -> ast.Expression:
    """Gives a condition without what it is joined to by `and` or `unless`."""
    node = walking.bare(expression)
    while isinstance(node, ast.Binary) and node.operator in _GUARDING:
        node = walking.bare(node.left)
    return node


def _split_comparison(node: ast.Binary) -> Condition:
    if node.operator not in ast.COMPARISONS or node.returns_bool:
        raise restricting.NotReplayable("there is no comparison at the outside")
    left, right = folding.fold(node.left), folding.fold(node.right)
    if right is not None and left is None:
        return Condition(
            measured=node.left,
            operator=node.operator,
            limit=right,
            limit_span=node.right.span,
        )
    if left is not None and right is None:
        mirrored = _MIRRORED.get(node.operator, node.operator)
        return Condition(
            measured=node.right,
            operator=mirrored,
            limit=left,
            limit_span=node.left.span,
        )
    raise restricting.NotReplayable("the comparison has no number on just one side")
