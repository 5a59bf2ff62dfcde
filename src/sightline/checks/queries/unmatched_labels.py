"""Two vectors whose series never find a partner.

Why: an operator between two vectors joins series with equal labels. Where one side has
a label that the other cannot have, nothing is joined, and the result is empty for ever
and without an error.

Bad::

    sum by (instance) (pg_stat_activity_count)
      / on (instance, datname) sum by (instance) (pg_settings_max_connections) > 0.8

Good::

    sum by (instance) (pg_stat_activity_count)
      / on (instance) sum by (instance) (pg_settings_max_connections) > 0.8
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.model import findings
from sightline.promql import ast, facts, inference, walking

__all__ = ["CHECK", "find"]


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives operators between vectors of which no series can ever match."""
    for expression in subject.expressions:
        found = subject.knowledge.infer(expression)
        if found is None:
            continue
        for node in expression.nodes:
            join = _broken(node, found)
            if not isinstance(node, ast.Binary) or join is None:
                continue
            if any(_broken(inner, found) for inner in _below(node)):
                continue  # that one is the reason
            blockers = ", ".join(join.blockers)
            yield declarations.Problem(
                span=expression.at(node.operator_span),
                message=f"expected series on both sides of `{node.operator}` that can "
                f"have equal labels, found sides that always differ in {blockers}",
                hint="aggregate both sides to the same labels, or name those that "
                "count with `on (…)`",
            )


def _broken(node: ast.Expression, found: inference.Inference) -> facts.Join | None:
    """Gives the join of an operator at which nothing can ever match."""
    if not isinstance(node, ast.Binary) or node.operator is ast.BinaryOperator.OR:
        return None
    join = found.join(node)
    return join if join is not None and join.never_matches else None


def _below(node: ast.Binary) -> Iterator[ast.Expression]:
    yield from walking.walk(node.left)
    yield from walking.walk(node.right)


CHECK: Final = declarations.Check(
    name="unmatched-labels",
    summary="two vectors whose series never find a partner",
    severity=findings.FindingSeverity.ERROR,
    find=find,
    precision=declarations.Precision(judged=24, right=23),
)
