"""What a PromQL expression reads, and which labels its result carries by itself."""

import functools
from collections.abc import Iterable

from sightline.promql import ast, parsing, walking

__all__ = ["aggregation_labels", "metric_names", "needed_names"]


@functools.lru_cache(maxsize=4096)
def metric_names(expr: str) -> frozenset[str]:
    """Gives the names of every metric and recorded series that `expr` selects.

    Raises:
        RefusedExpression: when `expr` has no tree.
    """
    return _names(walking.selectors(parsing.parse(expr)))


@functools.lru_cache(maxsize=4096)
def needed_names(expr: str) -> frozenset[str]:
    """Gives the names that should have series for `expr` to have a result.

    What stands behind `unless` only takes away: without it there is more, not less.

    Raises:
        RefusedExpression: when `expr` has no tree.
    """
    without = walking.transform(parsing.parse(expr), _drop_subtraction)
    return _names(walking.selectors(without))


def aggregation_labels(expr: str) -> tuple[str, ...] | None:
    """Gives the labels of the result where an aggregation decides them.

    Parentheses, terms with a number and the choice of some series (`topk`) are
    looked through. `None` when the labels depend on the series (`up`,
    `rate(x[5m])`, `sum without (pod) (x)`); `inference` knows more with a catalogue.

    Raises:
        RefusedExpression: when `expr` has no tree.
    """
    node = _find_aggregation(parsing.parse(expr))
    if node is None or (node.grouping is not None and node.grouping.is_without):
        return None
    return () if node.grouping is None else node.grouping.labels


def _names(selectors: Iterable[ast.VectorSelector]) -> frozenset[str]:
    return frozenset(node.metric for node in selectors if node.metric is not None)


def _drop_subtraction(node: ast.Expression) -> ast.Expression:
    if isinstance(node, ast.Binary) and node.operator is ast.BinaryOperator.UNLESS:
        return node.left
    return node


def _find_aggregation(node: ast.Expression) -> ast.Aggregate | None:
    """Gives the outermost aggregation; choosing some series keeps their labels."""
    match node:
        case ast.Aggregate() if node.operator not in ast.SELECTIONS:
            return node
        case ast.Parenthesis() | ast.Aggregate():
            return _find_aggregation(node.operand)
        case (
            ast.Binary(left=inner, right=ast.Number())
            | ast.Binary(left=ast.Number(), right=inner)
        ):
            return _find_aggregation(inner)
        case _:
            return None
