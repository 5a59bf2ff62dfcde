"""What a PromQL expression reads, and which labels its result carries."""

import promql_parser

__all__ = ["InvalidExpression", "aggregation_labels", "metric_names"]

_COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})


class InvalidExpression(ValueError):
    """Text that is not PromQL; the message is the parser's."""


def metric_names(expr: str) -> frozenset[str]:
    """Gives the names of every metric and recorded series that `expr` selects.

    Raises:
        InvalidExpression: when `expr` is not PromQL.
    """
    return frozenset(_walk_names(_parse(expr)))


def aggregation_labels(expr: str) -> tuple[str, ...] | None:
    """Gives the labels of the result where an aggregation decides them.

    Parentheses and comparisons with a number are looked through. `None` when the
    labels depend on the series (`up`, `rate(x[5m])`, `sum without (pod) (x)`).

    Raises:
        InvalidExpression: when `expr` is not PromQL.
    """
    node = _parse(expr)
    while not isinstance(node, promql_parser.AggregateExpr):
        if isinstance(node, promql_parser.ParenExpr):
            node = node.expr
        elif isinstance(node, promql_parser.BinaryExpr) and _compares_a_number(node):
            node = node.lhs
        else:
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


def _compares_a_number(node: promql_parser.BinaryExpr) -> bool:
    return str(node.op) in _COMPARISONS and isinstance(
        node.rhs, promql_parser.NumberLiteral
    )


def _walk_names(node: promql_parser.Expr) -> list[str]:
    if isinstance(node, promql_parser.MatrixSelector):
        return _walk_names(node.vector_selector)
    if isinstance(node, promql_parser.VectorSelector):
        return [node.name] if node.name else []
    found: list[str] = []
    for child in _children(node):
        found += _walk_names(child)
    return found


def _children(node: promql_parser.Expr) -> list[promql_parser.Expr]:
    if isinstance(node, promql_parser.BinaryExpr):
        return [node.lhs, node.rhs]
    if isinstance(node, promql_parser.Call):
        return list(node.args)
    inner = getattr(node, "expr", None)
    return [] if inner is None else [inner]
