"""A rule can make more series than its budget allows.

Why: each recorded series is stored, and each alert instance is a page. The product of
all values of all labels is the worst case, and it is reached on the worst day.

Bad, with a budget of 1,000 series::

    sum by (path, code, customer) (requests_total)

Good::

    sum by (code) (requests_total)

The budget stands in `budgets: {series: …}` of `sightline-check.yaml`; how many values a
label has is known where the spec or a catalogue lists them.
"""

import math
from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.model import findings

__all__ = ["CHECK", "find"]


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives rules whose labels multiply to more than the budget."""
    budget = subject.policy.series
    if budget is None:
        return
    for rule in subject.rules:
        result = subject.knowledge.result(rule.expression)
        if result is None:
            continue
        series = result.labels.count_combinations(result.labels.possible)
        if math.isfinite(series) and series > budget:
            yield declarations.Problem(
                span=rule.expression.text.span,
                message=f"expected at most {budget:,} series, found up to "
                f"{series:,.0f}",
                hint="aggregate away a label with many values",
            )


CHECK: Final = declarations.Check(
    name="many-series",
    summary="a rule that can make more series than the budget allows",
    severity=findings.FindingSeverity.WARNING,
    find=find,
)
