"""An alert lacks what nearly all others of the estate have.

Why: who is paged at night needs to know how urgent it is, who owns it and what to do.
An estate that gives its alerts a runbook, an owner or a priority means all of them; the
few without are the ones that somebody forgot. A folder of rule files is one estate.

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

from collections import defaultdict
from collections.abc import Iterator, Sequence
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
_HEARTBEATS: Final = frozenset({"Watchdog", "DeadMansSwitch", "InfoInhibitor"})
"""They fire for ever, and are nobody's page."""

_LEAST_ALERTS: Final = 4


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives alerts without what at least four of five alerts have."""
    folders: defaultdict[str, list[subjects.Alert]] = defaultdict(list)
    for alert in subject.alerts:
        if alert.name not in _HEARTBEATS:
            folders[alert.file.file.rpartition("/")[0]].append(alert)
    for alerts in folders.values():
        annotated = [(alert, _annotations(alert)) for alert in alerts]
        yield from _lacking(annotated, "annotation", _ANNOTATIONS)
        labelled = [(alert, _labels(alert, subject)) for alert in alerts]
        yield from _lacking(labelled, "label", _LABELS)


def _annotations(alert: subjects.Alert) -> frozenset[str]:
    return frozenset(
        name for name, text in alert.rule.annotations.items() if text.text.strip()
    )


def _labels(alert: subjects.Alert, subject: subjects.Subject) -> frozenset[str]:
    """Gives the labels that the rule adds, and those that its series may have."""
    written = {**alert.group.labels, **alert.rule.labels}
    held = {name for name, text in written.items() if text.text.strip()}
    result = subject.knowledge.result(alert.expression)
    if result is not None:
        held |= {name for name in _LABELS if result.labels.named.get(name) is not None}
    return frozenset(held)


def _lacking(
    counted: Sequence[tuple[subjects.Alert, frozenset[str]]],
    what: str,
    names: Sequence[str],
) -> Iterator[declarations.Problem]:
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


CHECK: Final = declarations.Check(
    name="missing-metadata",
    summary="an alert without what nearly all others have",
    severity=findings.FindingSeverity.WARNING,
    find=find,
    precision=declarations.Precision(judged=38, right=38),
)
