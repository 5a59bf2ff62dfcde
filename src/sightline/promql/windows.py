"""How far back into the past an expression reads."""

import datetime as dt
from collections.abc import Callable

import promql_parser

from sightline.model import units
from sightline.promql import expressions

__all__ = ["longest_lookback", "longest_offset"]

_NOTHING = dt.timedelta()


def longest_lookback(expr: str) -> units.Duration:
    """Gives the age of the oldest sample that `expr` can read: ranges and offsets.

    A range inside a subquery adds to it. The few minutes for which an instant
    selector looks back are not counted.

    Raises:
        InvalidExpression: when `expr` is not PromQL.
    """
    return _measure(expr, _range)


def longest_offset(expr: str) -> units.Duration:
    """Gives the age that history must have before `expr` can have a result.

    A range over a short history is merely incomplete; an offset beyond it is empty.

    Raises:
        InvalidExpression: when `expr` is not PromQL.
    """
    return _measure(expr, lambda _: _NOTHING)


_Ranged = promql_parser.MatrixSelector | promql_parser.SubqueryExpr


def _measure(expr: str, count: Callable[[_Ranged], dt.timedelta]) -> units.Duration:
    try:
        node = promql_parser.parse(expr)
    except ValueError as error:
        raise expressions.InvalidExpression(str(error)) from error
    return units.Duration.of_seconds(_walk(node, count).total_seconds())


def _walk(
    node: promql_parser.Expr, count: Callable[[_Ranged], dt.timedelta]
) -> dt.timedelta:
    match node:
        case promql_parser.MatrixSelector():
            return count(node) + _offset(node.vector_selector)
        case promql_parser.VectorSelector():
            return _offset(node)
        case promql_parser.SubqueryExpr():
            return count(node) + _offset(node) + _walk(node.expr, count)
        case _:
            inner = (_walk(child, count) for child in _children(node))
            return max(inner, default=_NOTHING)


def _range(node: _Ranged) -> dt.timedelta:
    return node.range or _NOTHING


def _children(node: promql_parser.Expr) -> tuple[promql_parser.Expr, ...]:
    match node:
        case promql_parser.BinaryExpr():
            return (node.lhs, node.rhs)
        case promql_parser.Call():
            return tuple(node.args)
        case (
            promql_parser.AggregateExpr()
            | promql_parser.ParenExpr()
            | promql_parser.UnaryExpr()
        ):
            return (node.expr,)
        case _:
            return ()


def _offset(
    node: promql_parser.VectorSelector | promql_parser.SubqueryExpr,
) -> dt.timedelta:
    # A negative offset reads newer samples, never older ones.
    return max(node.offset or _NOTHING, _NOTHING)
