"""A label of an alert that changes with every evaluation.

Why: an alert instance is known by its labels. A label that holds the measured value is
another alert at each evaluation: `for` never ends, and what does fire pages again and
again.

Bad::

    labels:
      severity: critical
      current: "{{ $value }}"

Good::

    annotations:
      description: "the ratio is {{ $value | humanizePercentage }}"
"""

import re
from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, go_templates, subjects
from sightline.model import findings

__all__ = ["CHECK", "find"]

_VALUE: Final = re.compile(r"\$value\b|\.Value\b")


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives labels that print the value; those that only compare it are stable."""
    for alert in subject.alerts:
        for name, text in alert.rule.labels.items():
            for action in go_templates.actions(text.text):
                match = _VALUE.search(action.code)
                if match is None or re.match(r"\s*(?:else )?if\b", action.body):
                    continue
                start = action.start + match.start()
                yield declarations.Problem(
                    span=text.place(start, start + len(match[0])),
                    message=f"expected a label that stays the same, found the value of "
                    f"the expression in {name!r}",
                    hint="put the value in an annotation",
                )


CHECK: Final = declarations.Check(
    name="template-value",
    summary="the measured value in a label of an alert",
    severity=findings.FindingSeverity.ERROR,
    find=find,
)
