"""A condition on a label, moved from a result down to the series that it comes from.

PromQL has no way to ask one label value of an arbitrary expression. Where a label
passes through an operator unchanged, the condition can be put to the operands
instead; where it does not, that is said, and nothing is guessed.
"""

import dataclasses
import re
from collections.abc import Callable
from typing import Final

from sightline.promql import ast, walking

__all__ = ["NotReplayable", "accepts", "is_vector", "restrict", "selects_nothing"]


class NotReplayable(ValueError):
    """An expression that cannot be replayed over history, and why."""


_MADE_LABELS: Final = frozenset({"label_replace", "label_join"})
_CONSTANT: Final = frozenset({"absent", "absent_over_time", "scalar", "vector", "time"})


def accepts(matcher: ast.Matcher, label_value: str) -> bool:
    """Says whether a label with `label_value` is selected; a missing label is empty."""
    match matcher.operator:
        case ast.MatchOperator.EQUAL:
            return label_value == matcher.pattern
        case ast.MatchOperator.NOT_EQUAL:
            return label_value != matcher.pattern
        case ast.MatchOperator.REGEX:
            return re.fullmatch(matcher.pattern, label_value) is not None
        case ast.MatchOperator.NOT_REGEX:
            return re.fullmatch(matcher.pattern, label_value) is None


def restrict(node: ast.Expression, matcher: ast.Matcher) -> ast.Expression:
    """Gives an expression with only those results of `node` that `matcher` selects.

    Raises:
        NotReplayable: an operator on the way makes, drops or hides the label.
    """
    match node:
        case ast.VectorSelector() | ast.MatrixSelector():
            return _restrict_selector(node, matcher)
        case ast.Parenthesis() | ast.Unary() | ast.Subquery():
            return dataclasses.replace(node, operand=restrict(node.operand, matcher))
        case ast.Call():
            return _restrict_call(node, matcher)
        case ast.Aggregate():
            return _restrict_aggregate(node, matcher)
        case ast.Binary():
            return _restrict_binary(node, matcher)
        case ast.Number() | ast.String():
            return _without_label(node, matcher)


def selects_nothing(
    node: ast.Expression,
    is_empty: Callable[[ast.VectorSelector], bool] | None = None,
) -> bool:
    """Says whether `node` has no result, because what it needs selects nothing.

    Args:
        node: any expression.
        is_empty: whether a selector has no series; `None` asks only whether its
            matchers contradict one another.
    """
    match node:
        case ast.VectorSelector():
            return (is_empty or _contradicts_itself)(node)
        case ast.Binary(operator=ast.BinaryOperator.UNLESS):
            return selects_nothing(node.left, is_empty)
        case ast.Binary() if node.operator is ast.BinaryOperator.OR or node.fill:
            return selects_nothing(node.left, is_empty) and selects_nothing(
                node.right, is_empty
            )
        case ast.Call(function=function) if function in _CONSTANT:
            return False
        case _:
            return any(selects_nothing(one, is_empty) for one in walking.children(node))


def _contradicts_itself(node: ast.VectorSelector) -> bool:
    """Says whether a label must equal one text and is refused it by another matcher."""
    needed = {
        one.label: one.pattern
        for one in node.matchers
        if one.operator is ast.MatchOperator.EQUAL
    }
    return any(
        not accepts(one, needed[one.label])
        for one in node.matchers
        if one.label in needed
    )


def _restrict_selector(
    node: ast.VectorSelector | ast.MatrixSelector, matcher: ast.Matcher
) -> ast.Expression:
    if isinstance(node, ast.VectorSelector):
        return dataclasses.replace(node, matchers=(*node.matchers, matcher))
    matchers = (*node.selector.matchers, matcher)
    selector = dataclasses.replace(node.selector, matchers=matchers)
    return dataclasses.replace(node, selector=selector)


def _without_label(node: ast.Expression, matcher: ast.Matcher) -> ast.Expression:
    """Gives `node` itself, whose results do not have the label at all."""
    if accepts(matcher, ""):
        return node
    raise NotReplayable(f"nothing here has the label {matcher.label!r}")


def _restrict_call(node: ast.Call, matcher: ast.Matcher) -> ast.Expression:
    if node.function in _CONSTANT:
        raise NotReplayable(f"{node.function}() decides its labels by itself")
    if node.function in _MADE_LABELS and _text(node.arguments[1]) == matcher.label:
        raise NotReplayable(f"{node.function}() makes the label {matcher.label!r}")
    if node.function == "histogram_quantile" and matcher.label == "le":
        return _without_label(node, matcher)
    arguments = tuple(
        restrict(argument, matcher) if is_vector(argument) else argument
        for argument in node.arguments
    )
    return dataclasses.replace(node, arguments=arguments)


def _restrict_aggregate(node: ast.Aggregate, matcher: ast.Matcher) -> ast.Expression:
    grouping = node.grouping or ast.Grouping(labels=())
    if (matcher.label in grouping.labels) is not grouping.is_without:
        return dataclasses.replace(node, operand=restrict(node.operand, matcher))
    if node.operator in ast.SELECTIONS:
        raise NotReplayable(
            f"{node.operator} chooses among series of every {matcher.label!r}"
        )
    if node.operator is ast.AggregateOperator.COUNT_VALUES:
        raise NotReplayable("count_values makes labels of its own")
    return _without_label(node, matcher)


def _restrict_binary(node: ast.Binary, matcher: ast.Matcher) -> ast.Expression:
    if not (is_vector(node.left) and is_vector(node.right)):
        return dataclasses.replace(
            node,
            left=_restrict_vector(node.left, matcher),
            right=_restrict_vector(node.right, matcher),
        )
    if node.fill is not None:
        raise NotReplayable("fill() makes results where one side has none")
    matched = _is_matched(node.matching, matcher.label)
    if node.operator in ast.SET_OPERATORS:
        return _restrict_choice(node, matcher, is_matched=matched)
    group = node.matching.group if node.matching else None
    if group is not None:
        return _restrict_group(node, group, matcher)
    if not matched:
        return _without_label(node, matcher)
    return _restrict_both(node, matcher)


def _restrict_group(
    node: ast.Binary, group: ast.Group, matcher: ast.Matcher
) -> ast.Expression:
    is_left = (group.many is ast.Side.LEFT) is not (matcher.label in group.include)
    if is_left:
        return dataclasses.replace(node, left=restrict(node.left, matcher))
    return dataclasses.replace(node, right=restrict(node.right, matcher))


def _restrict_choice(
    node: ast.Binary, matcher: ast.Matcher, *, is_matched: bool
) -> ast.Expression:
    if is_matched:
        return _restrict_both(node, matcher)
    if node.operator is ast.BinaryOperator.OR:
        raise NotReplayable(f"`or` chooses without regard to {matcher.label!r}")
    return dataclasses.replace(node, left=restrict(node.left, matcher))


def _restrict_both(node: ast.Binary, matcher: ast.Matcher) -> ast.Expression:
    return dataclasses.replace(
        node,
        left=restrict(node.left, matcher),
        right=restrict(node.right, matcher),
    )


def _restrict_vector(node: ast.Expression, matcher: ast.Matcher) -> ast.Expression:
    return restrict(node, matcher) if is_vector(node) else node


def _is_matched(matching: ast.Matching | None, label: str) -> bool:
    """Says whether both sides must agree on `label`."""
    if matching is None:
        return True
    return (label in matching.labels) is not matching.is_ignoring


def is_vector(node: ast.Expression) -> bool:
    """Says whether an expression gives series rather than a number or a text."""
    match node:
        case ast.Number() | ast.String():
            return False
        case ast.Call(function="scalar" | "time" | "pi"):
            return False
        case ast.Parenthesis() | ast.Unary():
            return is_vector(node.operand)
        case ast.Binary():
            return is_vector(node.left) or is_vector(node.right)
        case _:
            return True


def _text(node: ast.Expression) -> str | None:
    return node.text if isinstance(node, ast.String) else None
