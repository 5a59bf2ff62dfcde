"""A page that can arrive later than promised.

Why: "at once" is a sum: up to one scrape until the fault is seen, up to one evaluation
until the rule looks, `for`, and the wait for the group. Each of them has a default that
nobody chose.

Bad, where two minutes are promised::

    scrape_interval: 1m     # and as much for the evaluation
    for: 1m
    group_wait: 30s         # 3m30s in all

Good::

    scrape_interval: 15s    # and as much for the evaluation
    for: 30s
    group_wait: 0s          # 1m in all

The promise comes from the spec, or from `promises` in `sightline-check.yaml`.
"""

import math
from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, policies, subjects
from sightline.checks.routing import label_values
from sightline.model import findings, units

__all__ = ["CHECK", "find"]


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives alerts whose worst case is above the promise of their priority."""
    label = subject.policy.priority_label
    for config in subject.estate.alertmanagers:
        if config.route is None or label is None or config.is_partial:
            continue
        walks = label_values.Walks(config.route)
        for one in label_values.routables(subject):
            promise = subject.policy.promises.get(one.labels.get(label, ""))
            if promise is not None and promise.within is not None:
                yield from _judge(subject, one, walks, promise)


def _judge(
    subject: subjects.Subject,
    one: label_values.Routable,
    walks: label_values.Walks,
    promise: policies.Promise,
) -> Iterator[declarations.Problem]:
    reached = walks.outcomes(one)
    alert, within = one.alert, promise.within
    if not reached or alert is None or within is None:
        return
    wait = max(
        (route.timing.group_wait for routes in reached for route in routes),
        default=units.Duration(0),
    )
    parts = _parts(subject, alert, wait)
    if parts is None:
        return
    if not promise.counts_pending:
        del parts["for"]
    worst = units.Duration(sum(part.milliseconds for part in parts.values()))
    if worst > within:
        told = " + ".join(f"{name} {part}" for name, part in parts.items())
        yield declarations.Problem(
            span=alert.rule.for_.span if alert.rule.for_ else alert.rule.alert.span,
            message=f"expected {alert.name} within {within}, found {worst} in the "
            f"worst case: {told}",
            hint="shorten the longest part",
        )


def _parts(
    subject: subjects.Subject, alert: subjects.Alert, wait: units.Duration
) -> dict[str, units.Duration] | None:
    """Gives what makes up the worst case; `None` when an interval is not known."""
    scraping, evaluation = subject.scraping, subject.evaluation(alert.group)
    if scraping is None or evaluation is None:
        return None
    pending = 0 if alert.rule.for_ is None else alert.rule.for_.content.milliseconds
    step = max(evaluation.milliseconds, 1)
    return {
        "scrape": scraping,
        "evaluation": evaluation,
        "for": units.Duration(math.ceil(pending / step) * step),
        "group wait": wait,
    }


CHECK: Final = declarations.Check(
    name="late-page",
    summary="a page that can arrive later than promised",
    severity=findings.FindingSeverity.WARNING,
    find=find,
)
