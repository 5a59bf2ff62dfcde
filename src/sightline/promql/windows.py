"""How far back into the past an expression reads."""

import datetime as dt

import promql_parser

from sightline.model import units
from sightline.promql import expressions

__all__ = ["longest_lookback"]

_NOTHING = dt.timedelta()


def longest_lookback(expr: str) -> units.Duration:
    """Gives the age of the oldest sample that `expr` can read: ranges and offsets.

    A range inside a subquery adds to it. The few minutes for which an instant
    selector looks back are not counted.

    Raises:
        InvalidExpression: when `expr` is not PromQL.
    """
    try:
        node = promql_parser.parse(expr)
    except ValueError as error:
        raise expressions.InvalidExpression(str(error)) from error
    return units.Duration.of_seconds(_lookback(node).total_seconds())


def _lookback(node: promql_parser.Expr) -> dt.timedelta:
    match node:
        case promql_parser.MatrixSelector():
            return (node.range or _NOTHING) + _offset(node.vector_selector)
        case promql_parser.VectorSelector():
            return _offset(node)
        case promql_parser.SubqueryExpr():
            return (node.range or _NOTHING) + _offset(node) + _lookback(node.expr)
        case _:
            return max(map(_lookback, _children(node)), default=_NOTHING)


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
