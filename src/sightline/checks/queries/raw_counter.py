"""A counter is compared with a number without a rate.

Why: a counter only grows. Once it is above the number the alert fires until the
process restarts, for errors of last month; and a restart hides those of this minute.

Bad::

    payment_errors_total > 10

Good::

    sum(increase(payment_errors_total[5m])) > 10

That something is a counter is known from a scrape, a server, the catalogue of
well-known exporters, or from a rate of the same metric elsewhere in the files, unless a
panel shows it as it is: gauges are called `_total` too. A name alone is not enough.
`x_total > 0 and …` only asks whether there was anything at all.
"""

import re
from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, expressions, subjects
from sightline.model import findings
from sightline.promql import ast, catalogue, folding, inference, walking

__all__ = ["CHECK", "find"]

_ABOVE: Final = frozenset(
    {ast.BinaryOperator.GREATER, ast.BinaryOperator.GREATER_EQUAL}
)
_SUFFIX: Final = "_total"
_WORD: Final = re.compile(r"[a-zA-Z_:][\w:]*")
_OF_COUNTERS: Final = frozenset({"rate", "irate", "increase"})


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives comparisons of alerts in which a raw counter stands."""
    rated = _rated(subject)
    for alert in subject.alerts:
        found = subject.knowledge.infer(alert.expression)
        if found is None:
            continue
        guards = set(_guards(found.tree))
        for node in alert.expression.nodes:
            if not isinstance(node, ast.Binary) or node.operator not in _ABOVE:
                continue
            if folding.fold(node.right) is None or id(node) in guards:
                continue
            counter = _raw_counter(node.left, found, rated)
            if counter is not None:
                yield declarations.Problem(
                    span=alert.expression.at(counter.span),
                    message=f"expected the rate of {counter.metric}, found the counter "
                    f"itself{subject.knowledge.origin(counter)}",
                    hint="compare `increase(…[5m])`, or the ratio of two rates",
                )


def _guards(tree: ast.Expression) -> Iterator[int]:
    """Gives the comparisons with zero that only stand beside a condition."""
    for node in walking.walk(tree):
        if isinstance(node, ast.Binary) and node.operator is ast.BinaryOperator.AND:
            for side in map(walking.bare, (node.left, node.right)):
                if isinstance(side, ast.Binary) and folding.fold(side.right) == 0:
                    yield id(side)


def _rated(subject: subjects.Subject) -> frozenset[str]:
    """Gives the metrics of which some expression takes a rate, and no panel none."""
    shown = {name for query in subject.queries for name in _shown(query.expression)}
    return frozenset(
        window.selector.metric
        for expression in subject.expressions
        for node in expression.nodes
        if isinstance(node, ast.Call) and node.function in _OF_COUNTERS
        for window in node.arguments
        if isinstance(window, ast.MatrixSelector)
        and window.selector.metric is not None
        and window.selector.metric.endswith(_SUFFIX)
        and window.selector.metric not in shown
    )


def _shown(expression: expressions.Expression) -> Iterator[str]:
    """Gives the metrics without a range; of one without a tree, all that may be."""
    nodes = expression.nodes
    if not nodes:
        yield from _WORD.findall(expression.text.text)
    ranged = {id(one.selector) for one in nodes if isinstance(one, ast.MatrixSelector)}
    for node in nodes:
        if isinstance(node, ast.VectorSelector) and id(node) not in ranged:
            yield node.metric or ""


def _raw_counter(
    node: ast.Expression, found: inference.Inference, rated: frozenset[str]
) -> ast.VectorSelector | None:
    """Gives the counter whose raw count a node is, if it is one."""
    match walking.bare(node):
        case ast.VectorSelector() as selector:
            known = found.metric(selector)
            is_counter = (
                selector.metric in rated
                if known is None
                else known.kind is catalogue.Kind.COUNTER
            )
            return selector if is_counter else None
        case ast.Aggregate(operator=operator, operand=operand) if operator in _SUMS:
            return _raw_counter(operand, found, rated)
        case _:
            return None


_SUMS: Final = frozenset(
    {
        ast.AggregateOperator.SUM,
        ast.AggregateOperator.MAX,
        ast.AggregateOperator.MIN,
        ast.AggregateOperator.AVG,
    }
)

CHECK: Final = declarations.Check(
    name="raw-counter",
    summary="a counter that is compared without a rate",
    severity=findings.FindingSeverity.WARNING,
    find=find,
    precision=declarations.Precision(judged=3, right=3),
)
