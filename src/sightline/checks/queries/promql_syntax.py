"""An expression that Prometheus would refuse.

Why: one wrong expression keeps the whole rule file from being loaded, and a panel
from showing anything.

Bad::

    sum(rate(http_requests_total[5m])

Good::

    sum(rate(http_requests_total[5m]))
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.model import findings
from sightline.promql import refusals, templating

__all__ = ["CHECK", "find"]


def find(
    subject: subjects.Subject,
) -> Iterator[declarations.Problem | findings.NotChecked]:
    """Gives expressions without a tree: wrong ones, and those beyond analysis."""
    for expression in subject.expressions:
        refusal = expression.refusal
        if refusal is None:
            continue
        span = expression.at(refusal.span)
        is_sure = isinstance(refusal, refusals.InvalidExpression) and not (
            templating.find_variables(expression.text.text)
        )
        if is_sure:
            yield declarations.Problem(span=span, message=refusal.reason)
        else:
            yield findings.NotChecked(subject=str(span), reason=refusal.reason)


CHECK: Final = declarations.Check(
    name="promql-syntax",
    summary="an expression that Prometheus would refuse",
    severity=findings.FindingSeverity.ERROR,
    find=find,
)
