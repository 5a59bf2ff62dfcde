"""Labels that the series of an expression are sure to have."""

from collections.abc import Mapping

from sightline.promql import ast

__all__ = ["fixed_labels"]


def fixed_labels(  # noqa: PLR0911  # one case for each kind of node
    node: ast.Expression,
) -> Mapping[str, str]:
    """Gives labels with their texts; others may be there as well."""
    match node:
        case ast.VectorSelector(matchers=matchers):
            return {
                matcher.label: matcher.pattern
                for matcher in matchers
                if matcher.operator is ast.MatchOperator.EQUAL
                and matcher.label != "__name__"
            }
        case ast.MatrixSelector(selector=selector):
            return fixed_labels(selector)
        case ast.Subquery(operand=operand) | ast.Unary(operand=operand):
            return fixed_labels(operand)
        case ast.Parenthesis(operand=operand):
            return fixed_labels(operand)
        case ast.Aggregate():
            return _of_groups(node)
        case ast.Binary():
            return _of_pairs(node)
        case ast.Call(function=name, arguments=(*_, last)) if name.endswith(
            ("_over_time", "rate", "increase", "delta", "histogram_quantile")
        ):
            return fixed_labels(last)
        case _:
            return {}


def _of_groups(node: ast.Aggregate) -> Mapping[str, str]:
    inner = fixed_labels(node.operand)
    if node.operator in ast.SELECTIONS:
        return inner
    if node.grouping is None:
        return {}
    named = node.grouping.labels
    return {
        name: text
        for name, text in inner.items()
        if (name in named) is not node.grouping.is_without
    }


def _of_pairs(node: ast.Binary) -> Mapping[str, str]:
    left, right = fixed_labels(node.left), fixed_labels(node.right)
    if node.operator is ast.BinaryOperator.OR:
        return dict(left.items() & right.items())
    if isinstance(node.left, ast.Number):
        return right
    if node.operator in ast.SET_OPERATORS or node.matching is None:
        return left
    if node.matching.group is not None or node.matching.is_ignoring:
        return {}
    return {n: text for n, text in left.items() if n in node.matching.labels}
