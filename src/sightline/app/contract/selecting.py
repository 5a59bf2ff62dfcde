"""What an expression wants of the metrics that it selects."""

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sightline.promql import ast, parsing, patterns, templating, walking

__all__ = ["TARGET_LABELS", "Kind", "Selected", "find_selected"]

TARGET_LABELS: Final = frozenset({"instance", "job", "service", "team"})
"""What Prometheus adds from the target, and no service exposes."""

_RATES: Final = frozenset({"increase", "irate", "rate", "resets"})
"""Functions that a gauge makes nonsense of: each fall is taken for a restart."""

_VARIABLES: Final = {
    **templating.GRAFANA,
    **dict.fromkeys(
        ("service", "exporter", "expected_replicas", "health_endpoint"), "1"
    ),
}


class Kind(enum.Enum):
    """What a metric must be for what is done with it."""

    ANY = "any"
    COUNTER = "counter"
    BUCKET = "bucket"


@dataclass(frozen=True, slots=True)
class Selected:
    """One metric, as one selector wants it.

    Attributes:
        labels: those that the result is grouped by, or that are matched.
        matchers: all of the selector, those on the target's labels included.
    """

    metric: str
    labels: frozenset[str]
    matchers: tuple[ast.Matcher, ...]
    kind: Kind

    def accepts(self, label: str, text: str) -> bool:
        """Says whether the matchers of one label let a value pass."""
        return all(
            _accepts(matcher, text)
            for matcher in self.matchers
            if matcher.label == label
        )

    def selects(self, labels: Mapping[str, str]) -> bool:
        """Says whether a series is selected, as far as the service decides."""
        return all(
            _accepts(matcher, labels.get(matcher.label, ""))
            for matcher in self.matchers
            if matcher.label not in TARGET_LABELS
        )


def find_selected(expression: str) -> Iterator[Selected]:
    """Gives every metric that must be there for an expression to have its meaning.

    What stands behind `unless` only takes away. An expression that cannot be read is
    no contract: `check` complains about it by itself.
    """
    if not expression.strip():
        return
    try:
        tree = parsing.parse(expression, _VARIABLES)
    except (parsing.InvalidExpression, parsing.NotAnalysed):
        return
    yield from _walk(tree, frozenset(), Kind.ANY)


def _walk(node: ast.Expression, by: frozenset[str], kind: Kind) -> Iterator[Selected]:
    """Gives what is selected below a node.

    Args:
        node: an expression, or a part of one.
        by: the labels that must be there for what is around the node.
        kind: what is done with the series around it.
    """
    inner: tuple[ast.Expression, ...]
    match node:
        case ast.VectorSelector():
            yield from _selected(node, by, kind)
            return
        case ast.Aggregate():
            inner, by = (node.operand,), _grouping(node, by)
        case ast.Call(function="histogram_quantile"):
            inner, kind = node.arguments[-1:], Kind.BUCKET
        case ast.Call(function=function) if function in _RATES and kind is Kind.ANY:
            inner, kind = node.arguments, Kind.COUNTER
        case ast.Binary(operator=ast.BinaryOperator.UNLESS):
            inner = (node.left,)
        case _:
            inner = walking.children(node)
    for child in inner:
        yield from _walk(child, by, kind)


def _grouping(node: ast.Aggregate, by: frozenset[str]) -> frozenset[str]:
    """Gives the labels that must reach an aggregation from within."""
    if node.operator in ast.SELECTIONS:
        return by
    grouping = node.grouping
    if grouping is None or grouping.is_without:
        return frozenset()
    return frozenset(grouping.labels)


def _selected(
    node: ast.VectorSelector, by: frozenset[str], kind: Kind
) -> Iterator[Selected]:
    matchers = tuple(
        one for one in node.matchers if one.label != "__name__" and not one.is_templated
    )
    matched = {one.label for one in matchers if not patterns.matches_absence(one)}
    labels = (by | matched) - TARGET_LABELS
    for metric in _metrics(node):
        is_bucket = kind is Kind.BUCKET and metric.endswith("_bucket")
        own = kind if is_bucket or kind is not Kind.BUCKET else Kind.ANY
        yield Selected(metric, labels, matchers, own)


def _metrics(node: ast.VectorSelector) -> tuple[str, ...]:
    """Gives the metrics that a selector names, also where it names several."""
    if node.metric is not None:
        return (node.metric,)
    for matcher in node.matchers:
        is_pattern = matcher.operator is ast.MatchOperator.REGEX
        if matcher.label == "__name__" and is_pattern and not matcher.is_templated:
            return patterns.alternatives(matcher.pattern) or ()
    return ()


def _accepts(matcher: ast.Matcher, text: str) -> bool:
    """Says whether a matcher lets a value pass; one that nobody can read does."""
    match matcher.operator:
        case ast.MatchOperator.EQUAL:
            return text == matcher.pattern
        case ast.MatchOperator.NOT_EQUAL:
            return text != matcher.pattern
        case ast.MatchOperator.REGEX | ast.MatchOperator.NOT_REGEX:
            accepts = patterns.accepts(matcher.pattern)
            if accepts is None:
                return True
            return accepts(text) is (matcher.operator is ast.MatchOperator.REGEX)
