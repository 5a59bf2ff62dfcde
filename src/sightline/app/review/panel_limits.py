"""Panels that contradict their alerts, or their own unit, by what both are made of."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from sightline.app import build
from sightline.app.checking import artifacts
from sightline.app.review import context
from sightline.checks import running, subjects
from sightline.checks.dashboards import threshold_drift
from sightline.checks.queries import unit_mismatch
from sightline.review import reports

__all__ = ["contradictions", "judge"]

_PROBLEMS: Final = {
    threshold_drift.CHECK: "contradicts its alert",
    unit_mismatch.CHECK: "has another unit than its numbers",
}


def contradictions(given: context.Context) -> tuple[reports.Finding, ...]:
    """Gives where the built panels and alerts say different things."""
    built = build.build(given.declared, given.environment, build.SERVERS)
    subject = artifacts.examine(given.declared, given.environment, built)
    return tuple(judge(subject, given.period.end.date()))


def judge(subject: subjects.Subject, today: dt.date) -> Iterator[reports.Finding]:
    """Gives the same of any rules and dashboards that were read together."""
    problems = {check.name: problem for check, problem in _PROBLEMS.items()}
    for one in running.run(_PROBLEMS, subject, today).found:
        if one.check in problems:
            yield reports.Finding(
                identity=f"accuracy/{one.check}/{one.span.file}/{one.message}",
                subject=str(one.span),
                problem=problems[one.check],
                evidence=one.message,
                owner="",
                next_step=one.hint,
                source="the files that are deployed",
            )
