"""Runs the checks over what was read, and leaves out what is borne for a while."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sightline.checks import declarations, policies, subjects, suppressions
from sightline.model import findings

__all__ = ["Report", "choose", "run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything found, in the order of files and lines, and what was not looked at.

    Attributes:
        borne: how many findings comments and policies bear for a while.
    """

    found: tuple[findings.Finding, ...]
    not_checked: tuple[findings.NotChecked, ...]
    borne: int = 0


def choose(
    checks: Iterable[declarations.Check], policy: policies.Policy
) -> tuple[declarations.Check, ...]:
    """Gives the checks that a policy lets run."""
    return tuple(
        check
        for check in checks
        if (check.is_default or {check.name, "*"} & policy.enabled)
        and check.name not in policy.disabled
    )


def run(
    checks: Iterable[declarations.Check], subject: subjects.Subject, today: dt.date
) -> Report:
    """Gives what the chosen checks find.

    Args:
        checks: those to run, chosen or not.
        subject: what they look at.
        today: decides which comments still hold.
    """
    found = list(subject.estate.found)
    not_checked = list(subject.estate.not_checked)
    for check in choose(checks, subject.policy):
        for outcome in check.run(subject):
            if isinstance(outcome, findings.NotChecked):
                not_checked.append(outcome)
            else:
                found.append(outcome)
    held, expired = suppressions.find_all(subject.estate.sources, today)
    distinct = tuple(dict.fromkeys(found))
    kept, idle = suppressions.apply(distinct, held)
    counting = tuple(
        finding
        for finding in kept
        if not any(one.covers(finding, today) for one in subject.policy.exceptions)
    )
    return Report(
        found=tuple(sorted((*counting, *expired, *idle), key=_reading_order)),
        not_checked=tuple(dict.fromkeys(not_checked)),
        borne=len(distinct) - len(counting),
    )


def _reading_order(finding: findings.Finding) -> tuple[str, int, int, str, str]:
    span = finding.span
    return span.file, span.line, span.column, finding.check, finding.message
