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

from sightline.checks import declarations, subjects
from sightline.formats import texts
from sightline.model import findings

__all__ = ["CHECK", "find"]


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives `{{` without `}}` in labels and annotations of alerts."""
    for alert in subject.alerts:
        for text in (*alert.rule.labels.values(), *alert.rule.annotations.values()):
            yield from _unclosed(text)


def _unclosed(text: texts.Text) -> Iterator[declarations.Problem]:
    opened = text.text.find("{{")
    while opened >= 0:
        closed = text.text.find("}}", opened)
        following = text.text.find("{{", opened + 2)
        is_open = closed < 0 or (0 <= following < closed and '"' not in text.text)
        if is_open:
            yield declarations.Problem(
                span=text.place(opened, opened + 2),
                message="expected '}}' after '{{', found none",
                hint="close the action with '}}'",
            )
            return
        opened = text.text.find("{{", closed)


CHECK: Final = declarations.Check(
    name="template-syntax",
    summary="a template whose braces do not close",
    severity=findings.FindingSeverity.ERROR,
    find=find,
)
