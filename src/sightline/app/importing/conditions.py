"""An alerting rule's expression as a measured query and a threshold.

Exactly what Prometheus evaluated is kept: `x > 5 and y` measures `x and y` above 5, as
`and` and `unless` give the values of their left side. What compares with no number, or
in another way than above or below, is measured whole: 1 for each series that it gives.
"""

import dataclasses
from dataclasses import dataclass
from typing import Final

from sightline.promql import ast, folding, printing, walking

__all__ = ["Condition", "split"]

_ABOVE: Final = ast.BinaryOperator.GREATER
_BELOW: Final = ast.BinaryOperator.LESS
_TURNED: Final = {_ABOVE: _BELOW, _BELOW: _ABOVE}
_FILTERS: Final = frozenset({ast.BinaryOperator.AND, ast.BinaryOperator.UNLESS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What is measured, and between which exclusive bounds the alert is active.

    Attributes:
        is_whole: the query is the rule's whole expression, and 1 where it holds.
    """

    query: ast.Expression
    above: float | None = None
    below: float | None = None
    is_whole: bool = False

    @property
    def text(self) -> str:
        """The query as PromQL."""
        return printing.render(self.query)


def split(tree: ast.Expression) -> Condition:
    """Gives the condition that holds when `tree` has a result."""
    found = _split(tree)
    if found is None and _is_constant(tree):
        return Condition(query=walking.bare(tree), above=0.0)
    if found is None:
        everything = ast.Aggregate(
            operator=ast.AggregateOperator.GROUP,
            operand=tree,
            grouping=ast.Grouping(labels=(), is_without=True),
        )
        return Condition(query=everything, above=0.0, is_whole=True)
    return dataclasses.replace(found, query=walking.bare(found.query))


def _is_constant(tree: ast.Expression) -> bool:
    """Tells whether a result is always there and above 0, as a dead man's switch's."""
    node = walking.bare(tree)
    if not isinstance(node, ast.Call) or node.function != "vector":
        return False
    return (folding.fold(node.arguments[0]) or 0) > 0


def _split(tree: ast.Expression) -> Condition | None:
    node = walking.bare(tree)
    if not isinstance(node, ast.Binary):
        return None
    if node.operator in _FILTERS:
        inner = _split(node.left)
        if inner is None:
            return None
        filtered = dataclasses.replace(node, left=inner.query)
        return dataclasses.replace(inner, query=filtered)
    return _compare(node)


def _compare(node: ast.Binary) -> Condition | None:
    operator, measured, bound = node.operator, node.left, folding.fold(node.right)
    if bound is None:
        bound, measured = folding.fold(node.left), node.right
        operator = _TURNED.get(operator, operator)
    if bound is None or operator not in _TURNED or node.returns_bool:
        return None
    inner = _split(measured)
    if operator is _ABOVE and (inner is None or inner.above is None):
        outer = Condition(query=measured, above=bound)
    elif operator is _BELOW and (inner is None or inner.below is None):
        outer = Condition(query=measured, below=bound)
    else:
        return None
    if inner is None:
        return outer
    return Condition(
        query=inner.query,
        above=inner.above if outer.above is None else outer.above,
        below=inner.below if outer.below is None else outer.below,
    )
