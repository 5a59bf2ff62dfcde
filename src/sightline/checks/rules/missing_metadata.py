"""An alert lacks what nearly all others of the estate have.

Why: who is paged at night needs to know how urgent it is, who owns it and what to do.
An estate that gives its alerts a runbook, an owner or a priority means all of them; the
few without are the ones that somebody forgot.

Bad, where the other alerts have a `runbook_url`::

    - alert: QueueStuck
      expr: max by (queue) (job_queue_oldest_seconds) > 900
      annotations: {summary: "{{ $labels.queue }} is late"}

Good::

    - alert: QueueStuck
      expr: max by (queue) (job_queue_oldest_seconds) > 900
      annotations:
        summary: "{{ $labels.queue }} is late"
        runbook_url: https://runbooks.example.com/queue-stuck
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sightline.checks import declarations, subjects
from sightline.model import findings

__all__ = ["CHECK", "find"]

_ANNOTATIONS: Final = (
    "runbook_url",
    "runbook",
    "summary",
    "description",
    "dashboard_url",
)
_LABELS: Final = ("priority", "severity", "team", "owner")
_USUAL: Final = 0.8
_LEAST_ALERTS: Final = 4


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives alerts without what at least four of five alerts have."""
    yield from _lacking(subject.alerts, "annotation", _ANNOTATIONS, _annotations)
    yield from _lacking(subject.alerts, "label", _LABELS, _labels)


def _annotations(alert: subjects.Alert) -> frozenset[str]:
    return frozenset(
        name for name, text in alert.rule.annotations.items() if text.text.strip()
    )


def _labels(alert: subjects.Alert) -> frozenset[str]:
    written = {**alert.group.labels, **alert.rule.labels}
    return frozenset(name for name, text in written.items() if text.text.strip())


def _lacking(
    alerts: Sequence[subjects.Alert],
    what: str,
    names: Sequence[str],
    names_of: Callable[[subjects.Alert], frozenset[str]],
) -> Iterator[declarations.Problem]:
    counted = [(alert, names_of(alert)) for alert in alerts]
    # A heartbeat fires for ever and is nobody's page.
    counted = [one for one in counted if one[0].name not in _HEARTBEATS]
    for name in names:
        having = sum(name in held for _, held in counted)
        if len(counted) < _LEAST_ALERTS or not _USUAL * len(counted) <= having:
            continue
        for alert, held in counted:
            if name not in held:
                yield declarations.Problem(
                    span=alert.rule.alert.span,
                    message=f"expected the {what} {name!r}, which {having} of "
                    f"{len(counted)} alerts have, found none in {alert.name}",
                    hint=f"add {name!r}",
                )


_HEARTBEATS: Final = frozenset({"Watchdog", "DeadMansSwitch", "InfoInhibitor"})

CHECK: Final = declarations.Check(
    name="missing-metadata",
    summary="an alert without what nearly all others have",
    severity=findings.FindingSeverity.WARNING,
    find=find,
)
