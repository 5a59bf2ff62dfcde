"""What a PromQL expression reads, and which labels its result carries."""

import promql_parser

__all__ = ["InvalidExpression", "aggregation_labels", "metric_names", "needed_names"]

_SELECTIONS = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})


class InvalidExpression(ValueError):
    """Text that is not PromQL; the message is the parser's."""


def metric_names(expr: str) -> frozenset[str]:
    """Gives the names of every metric and recorded series that `expr` selects.

    Raises:
        InvalidExpression: when `expr` is not PromQL.
    """
    return frozenset(_walk_names(_parse(expr)))


def needed_names(expr: str) -> frozenset[str]:
    """Gives the names that should have series for `expr` to have a result.

    What stands behind `unless` only takes away: without it there is more, not less.

    Raises:
        InvalidExpression: when `expr` is not PromQL.
    """
    return frozenset(_walk_names(_parse(expr), is_subtracting=False))


def aggregation_labels(expr: str) -> tuple[str, ...] | None:
    """Gives the labels of the result where an aggregation decides them.

    Parentheses, terms with a number and the choice of some series (`topk`) are
    looked through. `None` when the labels depend on the series (`up`,
    `rate(x[5m])`, `sum without (pod) (x)`).

    Raises:
        InvalidExpression: when `expr` is not PromQL.
    """
    node = _find_aggregation(_parse(expr))
    if node is None:
        return None
    if node.modifier is None:
        return ()
    if node.modifier.type != promql_parser.AggModifierType.By:
        return None
    return tuple(node.modifier.labels)


def _parse(expr: str) -> promql_parser.Expr:
    try:
        return promql_parser.parse(expr)
    except ValueError as error:
        raise InvalidExpression(str(error)) from error


def _find_aggregation(
    node: promql_parser.Expr,
) -> promql_parser.AggregateExpr | None:
    """Gives the outermost aggregation; choosing some series keeps their labels."""
    match node:
        case promql_parser.AggregateExpr() if str(node.op) not in _SELECTIONS:
            return node
        case promql_parser.ParenExpr() | promql_parser.AggregateExpr():
            return _find_aggregation(node.expr)
        case promql_parser.BinaryExpr(rhs=promql_parser.NumberLiteral()):
            return _find_aggregation(node.lhs)
        case promql_parser.BinaryExpr(lhs=promql_parser.NumberLiteral()):
            return _find_aggregation(node.rhs)
        case _:
            return None


def _walk_names(node: promql_parser.Expr, *, is_subtracting: bool = True) -> list[str]:
    """Gives the names in a tree; `is_subtracting` includes what `unless` takes away."""
    if isinstance(node, promql_parser.MatrixSelector):
        return _walk_names(node.vector_selector)
    if isinstance(node, promql_parser.VectorSelector):
        return [node.name] if node.name else []
    children = _children(node)
    if not is_subtracting and _takes_away(node):
        children = children[:1]
    found: list[str] = []
    for child in children:
        found += _walk_names(child, is_subtracting=is_subtracting)
    return found


def _takes_away(node: promql_parser.Expr) -> bool:
    return isinstance(node, promql_parser.BinaryExpr) and str(node.op) == "unless"


def _children(node: promql_parser.Expr) -> list[promql_parser.Expr]:
    if isinstance(node, promql_parser.BinaryExpr):
        return [node.lhs, node.rhs]
    if isinstance(node, promql_parser.Call):
        return list(node.args)
    inner = getattr(node, "expr", None)
    return [] if inner is None else [inner]
