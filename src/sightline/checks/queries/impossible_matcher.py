"""A matcher that no series of its metric meets, or a grouping by a label that is gone.

Why: the selector selects nothing, or all groups fall into one, without an error.

Bad::

    sum by (sevice) (job:requests:rate5m)       # it has the label `service`

Good::

    sum by (service) (job:requests:rate5m)
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, expressions, subjects
from sightline.formats import reporting
from sightline.model import findings
from sightline.promql import ast, facts, inference

__all__ = ["CHECK", "find"]


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives matchers that exclude everything, and groupings by an absent label."""
    for expression in subject.expressions:
        found = subject.knowledge.infer(expression)
        if found is None:
            continue
        for node in expression.nodes:
            match node:
                case ast.VectorSelector():
                    yield from _matchers(node, found, expression)
                case ast.Aggregate():
                    yield from _grouping(node, found, expression)
                case _:
                    continue


def _matchers(
    node: ast.VectorSelector,
    found: inference.Inference,
    expression: expressions.Expression,
) -> Iterator[declarations.Problem]:
    metric = found.metric(node)
    for matcher in found.impossible_matchers(node):
        if matcher.label == "le" or metric is None or matcher.is_templated:
            continue
        yield declarations.Problem(
            span=expression.at(matcher.span),
            message=f"expected a matcher that some series of {metric.name} meets, "
            f"found {matcher.label}{matcher.operator}{matcher.pattern!r} "
            f"(known from the {metric.origin})",
            hint=reporting.suggest(
                matcher.label, metric.labels.possible, plural="labels"
            ),
        )


def _grouping(
    node: ast.Aggregate,
    found: inference.Inference,
    expression: expressions.Expression,
) -> Iterator[declarations.Problem]:
    fact = found.at(node.operand)
    if node.grouping is None or node.grouping.is_without:
        return
    if not isinstance(fact, facts.Vector) or fact.labels.is_impossible:
        return
    for label in node.grouping.labels:
        if not fact.labels[label].may_be_present:
            yield declarations.Problem(
                span=expression.at(node.grouping.span),
                message=f"expected a label of what is aggregated, found {label!r}",
                hint=reporting.suggest(label, fact.labels.possible, plural="labels"),
            )


CHECK: Final = declarations.Check(
    name="impossible-matcher",
    summary="a matcher or grouping by what no series has",
    severity=findings.FindingSeverity.WARNING,
    find=find,
    precision=declarations.Precision(judged=19, right=19),
)
