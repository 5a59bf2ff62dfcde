"""A template whose braces do not close.

Why: Prometheus refuses the rule file; Alertmanager sends the error in place of the
message.

Bad::

    summary: "{{ $labels.service } is down"

Good::

    summary: "{{ $labels.service }} is down"
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, go_templates, subjects
from sightline.model import findings

__all__ = ["CHECK", "find"]


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives `{{` without `}}` in labels and annotations of alerts."""
    for alert in subject.alerts:
        for text in (*alert.rule.labels.values(), *alert.rule.annotations.values()):
            start = go_templates.find_unclosed(text.text)
            if start is not None:
                yield declarations.Problem(
                    span=text.place(start, start + 2),
                    message="expected '}}' after '{{', found none",
                    hint="close the action with '}}'",
                )


CHECK: Final = declarations.Check(
    name="template-syntax",
    summary="a template whose braces do not close",
    severity=findings.FindingSeverity.ERROR,
    find=find,
)
