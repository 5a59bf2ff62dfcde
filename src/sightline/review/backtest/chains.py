"""Rules over recorded series, replayed where those series were never recorded.

A selector of a recorded series is replaced by the expression that records it. What
reads a stretch of recorded samples becomes a subquery at the recording rule's own
interval. The server then does for history what its rule groups would have done.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

from sightline.promql import ast
from sightline.review.backtest import restricting

__all__ = ["Recording", "Recordings", "inline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A recording rule.

    Attributes:
        labels: those that it adds to its results.
        interval: of its group, in seconds.
    """

    record: str
    expression: ast.Expression
    labels: Mapping[str, str]
    interval: float


Recordings = Mapping[str, tuple[Recording, ...]]
"""Recording rules by the name that they record; several may share one."""


def inline(node: ast.Expression, recordings: Recordings) -> ast.Expression:
    """Gives `node` with every recorded series replaced by what records it.

    Raises:
        NotReplayable: a recorded series cannot be computed from its inputs alone.
    """
    return _inline(node, recordings, ())


def _inline(
    node: ast.Expression, recordings: Recordings, within: tuple[str, ...]
) -> ast.Expression:
    match node:
        case ast.VectorSelector():
            return _instant(node, recordings, within)
        case ast.MatrixSelector():
            return _stretch(node, recordings, within)
        case ast.Binary():
            return dataclasses.replace(
                node,
                left=_inline(node.left, recordings, within),
                right=_inline(node.right, recordings, within),
            )
        case ast.Call():
            inlined = (_inline(one, recordings, within) for one in node.arguments)
            return dataclasses.replace(node, arguments=tuple(inlined))
        case ast.Aggregate() | ast.Parenthesis() | ast.Unary() | ast.Subquery():
            return dataclasses.replace(
                node, operand=_inline(node.operand, recordings, within)
            )
        case ast.Number() | ast.String():
            return node


def _instant(
    node: ast.VectorSelector, recordings: Recordings, within: tuple[str, ...]
) -> ast.Expression:
    rules = _rules_of(node, recordings)
    if not rules:
        return node
    operand = _computed(node, rules, recordings, within)
    if not node.offset_seconds and node.at is None:
        return ast.Parenthesis(operand=operand)
    # The one evaluation that the moment looked at still shows.
    interval = rules[0].interval
    moment = ast.Subquery(
        operand=ast.Parenthesis(operand=operand),
        range_seconds=interval,
        step_seconds=interval,
        offset_seconds=node.offset_seconds,
        at=node.at,
    )
    return ast.Call(function="last_over_time", arguments=(moment,))


def _stretch(
    node: ast.MatrixSelector, recordings: Recordings, within: tuple[str, ...]
) -> ast.Expression:
    rules = _rules_of(node.selector, recordings)
    if not rules:
        return node
    return ast.Subquery(
        operand=ast.Parenthesis(
            operand=_computed(node.selector, rules, recordings, within)
        ),
        range_seconds=node.range_seconds,
        step_seconds=rules[0].interval,
        offset_seconds=node.selector.offset_seconds,
        at=node.selector.at,
    )


def _rules_of(
    node: ast.VectorSelector, recordings: Recordings
) -> tuple[Recording, ...]:
    return recordings.get(node.metric or "", ())


def _computed(
    node: ast.VectorSelector,
    rules: tuple[Recording, ...],
    recordings: Recordings,
    within: tuple[str, ...],
) -> ast.Expression:
    record = rules[0].record
    if record in within:
        raise restricting.NotReplayable(f"{record} is recorded from itself")
    matchers = [one for one in node.matchers if one.label != "__name__"]
    fitting = (
        _results_of(rule, matchers)
        for rule in rules
        if _static_labels_fit(rule, matchers)
    )
    alternatives = [
        _inline(one, recordings, (*within, record))
        for one in fitting
        if not restricting.selects_nothing(one)
    ]
    if not alternatives:
        raise restricting.NotReplayable(
            f"no rule records {record} with the labels that are asked for"
        )
    return reduce(_either, alternatives)


def _either(left: ast.Expression, right: ast.Expression) -> ast.Expression:
    return ast.Binary(
        operator=ast.BinaryOperator.OR,
        left=ast.Parenthesis(operand=left),
        right=ast.Parenthesis(operand=right),
    )


def _static_labels_fit(rule: Recording, matchers: list[ast.Matcher]) -> bool:
    return all(
        restricting.accepts(one, rule.labels[one.label])
        for one in matchers
        if one.label in rule.labels
    )


def _results_of(rule: Recording, matchers: list[ast.Matcher]) -> ast.Expression:
    expression = rule.expression
    for matcher in matchers:
        if matcher.label not in rule.labels:
            expression = restricting.restrict(expression, matcher)
    for label, text in rule.labels.items():
        expression = _labelled(expression, label, text)
    return expression


def _labelled(node: ast.Expression, label: str, text: str) -> ast.Expression:
    """Gives `node` with a label set on every result."""
    words = (label, text.replace("$", "$$"), "", "")
    return ast.Call(
        function="label_replace",
        arguments=(node, *(ast.String(text=word) for word in words)),
    )
