"""Matchers that another part of the expression asks for as well.

In `a{job="x"} / b > 1 and c{job="x"} > 2` either `job="x"` may go: what is selected
without it has another job, and finds no partner on the other side.
"""

from collections.abc import Iterator
from typing import Final

from sightline.promql import ast, functions, valuetypes, walking
from sightline.proofs import charts, instants, windows

__all__ = ["explain_matcher"]

_O = ast.BinaryOperator

_ELEMENTWISE: Final = frozenset({*windows.FUNCTIONS, *instants.NUMERIC, "timestamp"})
"""Functions that give one element for each, with its labels."""

_MIXED: Final = frozenset(
    {
        ast.AggregateOperator.COUNT_VALUES,
        ast.AggregateOperator.LIMITK,
        ast.AggregateOperator.LIMIT_RATIO,
    }
)
"""Aggregations that add a label, or choose by all labels."""


def explain_matcher(tree: ast.Expression, node: ast.Expression, other: object) -> str:
    """Says why a selector is the same without one of its matchers; else empty.

    Args:
        tree: the whole expression.
        node: the selector, a node of it.
        other: the selector that takes its place.
    """
    matcher = _find_dropped(node, other)
    return "" if matcher is None else _explain(tree, node, matcher)


def _find_dropped(node: ast.Expression, other: object) -> ast.Matcher | None:
    if not isinstance(node, ast.VectorSelector) or node.metric is None:
        return None
    if not isinstance(other, ast.VectorSelector):
        return None
    gone = [one for one in node.matchers if one not in other.matchers]
    is_only_less = set(other.matchers) < set(node.matchers)
    if len(gone) != 1 or not is_only_less or gone[0].is_templated:
        return None
    return gone[0]


def _explain(tree: ast.Expression, node: ast.Expression, matcher: ast.Matcher) -> str:
    child = node
    for parent in _ancestors(tree, node):
        if isinstance(parent, ast.Binary) and not _is_with_scalar(parent):
            if not _is_matched(parent, matcher.label, child):
                return ""
            if _is_masked(parent, matcher, child):
                return (
                    f"the other side of `{parent.operator}` has only what meets "
                    f'{matcher.label}{matcher.operator}"{matcher.pattern}"'
                )
        elif not _is_kept(parent, matcher.label, child):
            return ""
        child = parent
    return ""


def _ancestors(tree: ast.Expression, node: ast.Expression) -> Iterator[ast.Expression]:
    """Gives what a node stands in, from the inside out."""
    parents = {
        id(child): one for one in walking.walk(tree) for child in walking.children(one)
    }
    while (found := parents.get(id(node))) is not None:
        yield found
        node = found


def _is_scalar(node: ast.Expression) -> bool:
    return valuetypes.check(node) is functions.ValueType.SCALAR


def _is_with_scalar(node: ast.Binary) -> bool:
    return _is_scalar(node.left) or _is_scalar(node.right)


def _is_kept(parent: ast.Expression, label: str, child: ast.Expression) -> bool:
    """Whether each element of a part becomes one with the same text of the label.

    An aggregation may make one of several, if the label is the same in all.
    """
    match parent:
        case ast.Parenthesis() | ast.Unary() | ast.MatrixSelector() | ast.Subquery():
            return True
        case ast.Binary():
            return not _is_scalar(child)
        case ast.Call(function=name, arguments=arguments):
            ranged = [one for one in arguments if not _is_scalar(one)]
            return name in _ELEMENTWISE and ranged == [child]
        case ast.Aggregate(operator=operator, grouping=grouping):
            is_operand = parent.operand is child and operator not in _MIXED
            return is_operand and grouping is not None and _has(grouping, label)
        case _:
            return False


def _has(grouping: ast.Grouping, label: str) -> bool:
    return (label in grouping.labels) is not grouping.is_without


def _is_matched(parent: ast.Binary, label: str, child: ast.Expression) -> bool:
    """Whether elements meet only where the label is the same, without a mistake.

    More series on a side are a mistake where some of them have the same partner.
    """
    matching = parent.matching
    if parent.fill is not None:
        return False
    if matching is None:
        return True
    is_compared = (label in matching.labels) is not matching.is_ignoring
    return is_compared and (
        parent.operator in ast.SET_OPERATORS or _is_unique(child, matching)
    )


def _is_unique(node: ast.Expression, matching: ast.Matching) -> bool:
    match walking.bare(node):
        case ast.Aggregate(grouping=ast.Grouping(is_without=False, labels=labels)):
            return not matching.is_ignoring and set(labels) <= set(matching.labels)
        case _:
            return False


def _is_masked(parent: ast.Binary, matcher: ast.Matcher, child: ast.Expression) -> bool:
    """Whether what does not meet the matcher finds no partner on the other side."""
    other = parent.right if child is parent.left else parent.left
    match parent.operator:
        case _O.OR:
            return False
        case _O.UNLESS if child is parent.left:
            return False
        case _:
            return _meets(other, matcher)


def _meets(node: ast.Expression, matcher: ast.Matcher) -> bool:
    """Whether every element that a part gives meets the matcher."""
    match node:
        case ast.VectorSelector(matchers=matchers):
            return any(_implies(one, matcher) for one in matchers)
        case ast.Binary() if not _is_with_scalar(node):
            return _pair_meets(node, matcher)
        case _:
            return any(
                _is_kept(node, matcher.label, child) and _meets(child, matcher)
                for child in walking.children(node)
            )


def _implies(one: ast.Matcher, matcher: ast.Matcher) -> bool:
    if one.is_templated or one.label != matcher.label:
        return False
    return one == matcher or (
        one.operator is ast.MatchOperator.EQUAL
        and charts.matches_pattern(matcher, one.pattern)
    )


def _pair_meets(node: ast.Binary, matcher: ast.Matcher) -> bool:
    left, right = _meets(node.left, matcher), _meets(node.right, matcher)
    matching = node.matching
    is_compared = node.fill is None and (
        matching is None
        or (matcher.label in matching.labels) is not matching.is_ignoring
    )
    match node.operator:
        case _O.OR:
            return left and right
        case _O.UNLESS:
            return left
        case _O.AND:
            return left or (right and is_compared)
        case _:
            return is_compared and (left or right)
