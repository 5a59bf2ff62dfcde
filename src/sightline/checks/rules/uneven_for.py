"""An alert waits for a time that its evaluations cannot measure.

Why: a rule is looked at once per evaluation interval, so `for` is rounded up to the
next multiple of it: 30 seconds under an interval of a minute are a minute.

Bad, evaluated every minute::

    for: 90s

Good::

    for: 2m
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.model import findings, units

__all__ = ["CHECK", "find"]


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives every `for` that is no multiple of its group's evaluation interval."""
    for alert in subject.alerts:
        wait, interval = alert.rule.for_, subject.evaluation(alert.group)
        if wait is None or interval is None or interval.milliseconds == 0:
            continue
        rest = wait.content.milliseconds % interval.milliseconds
        if rest == 0:
            continue
        rounded = units.Duration(
            wait.content.milliseconds - rest + interval.milliseconds
        )
        yield declarations.Problem(
            span=wait.span,
            message=f"expected a multiple of the evaluation interval of {interval}, "
            f"found {wait.content}: the alert fires after {rounded}",
            hint=f"write {rounded}, or evaluate the group more often",
        )


CHECK: Final = declarations.Check(
    name="uneven-for",
    summary="a `for` that is no multiple of the evaluation interval",
    severity=findings.FindingSeverity.WARNING,
    find=find,
    precision=declarations.Precision(judged=4, right=4),
)
