"""The findings of a contract: about a line of the page, with those who read of it."""

from collections.abc import Iterable
from typing import Final

from sightline.app.contract import needs
from sightline.model import findings, spans

__all__ = ["Severity", "make_finding", "severity_of"]

Severity = findings.FindingSeverity

_SEVERITIES: Final = {
    needs.Urgency.SHOWN: Severity.INFO,
    needs.Urgency.ALERTED: Severity.WARNING,
    needs.Urgency.REQUIRED: Severity.ERROR,
}
_MOST_READERS: Final = 3


def severity_of(read: Iterable[needs.Need]) -> Severity:
    """Gives how bad it is for those who read, the worst of all."""
    return _SEVERITIES[max(need.reader.urgency for need in read)]


def make_finding(
    check: str,
    message: str,
    span: spans.Span,
    read: Iterable[needs.Need],
    severity: Severity | None = None,
) -> findings.Finding:
    """Gives a finding that says who misses what.

    Args:
        check: without `contract/`.
        message: what was expected and what was found.
        span: of the page.
        read: whose need is not met.
        severity: theirs when None.
    """
    held = tuple(read)
    readers = dict.fromkeys(need.reader for need in held)
    ordered = sorted(readers, key=lambda reader: -reader.urgency)
    shown = ", ".join(map(str, ordered[:_MOST_READERS]))
    more = len(ordered) - _MOST_READERS
    return findings.Finding(
        check=f"contract/{check}",
        severity=severity_of(held) if severity is None else severity,
        span=span,
        message=message,
        hint=f"read by {shown}" + (f" and {more} more" if more > 0 else ""),
    )
