"""A text reads a label that the expression's result does not have.

Why: the page says " is down" and leaves out what is. Aggregations drop labels, and
some metrics never had them.

Bad::

    expr: sum by (service) (rate(errors_total[5m])) > 1
    summary: "{{ $labels.instance }} of {{ $labels.service }} fails"

Good::

    expr: sum by (service) (rate(errors_total[5m])) > 1
    summary: "{{ $labels.service }} fails"
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, go_templates, subjects
from sightline.model import findings
from sightline.promql import facts, inference, origins

__all__ = ["CHECK", "find"]

_HOLDER: Final = "labels"
"""`$labels`; within `range query …` a bare `.Labels` belongs to another result."""


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives references in labels and annotations that are always empty."""
    for alert in subject.alerts:
        texts = (*alert.rule.labels.values(), *alert.rule.annotations.values())
        if not any("abels" in text.text for text in texts):
            continue
        found = subject.knowledge.infer(alert.expression)
        if found is None or not isinstance(found.fact, facts.Vector):
            continue
        for text in texts:
            for reference in go_templates.references(text.text):
                if reference.holder != _HOLDER or reference.is_tested:
                    continue
                if not _is_absent(found, reference.name):
                    continue
                loss = origins.explain_absence(found, reference.name)
                reason = f": {loss.reason}" if loss else ""
                yield declarations.Problem(
                    span=text.place(reference.start, reference.end),
                    message="expected a label of the result, found "
                    f"{reference.name!r}, which it never has{reason}",
                    hint="keep the label in the expression, or leave it out here",
                )


def _is_absent(found: inference.Inference, label: str) -> bool:
    fact = found.fact
    if not isinstance(fact, facts.Vector) or fact.labels.is_impossible:
        return False
    return not fact.labels[label].may_be_present


CHECK: Final = declarations.Check(
    name="template-label",
    summary="a text reads a label that the result does not have",
    severity=findings.FindingSeverity.WARNING,
    find=find,
    precision=declarations.Precision(judged=50, right=50),
)
