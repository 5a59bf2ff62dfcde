"""The report as workflow commands, which GitHub shows on the lines of a change.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
"""

from typing import Final

from sightline.app.checking import reports
from sightline.model import findings

__all__ = ["render"]

_LEVELS: Final = {
    findings.FindingSeverity.INFO: "notice",
    findings.FindingSeverity.WARNING: "warning",
    findings.FindingSeverity.ERROR: "error",
}


def render(report: reports.Report) -> str:
    """Gives a command for each finding, and one for all that was not checked."""
    lines = [_command(one) for one in report.found]
    for one in report.not_checked:
        text = _escape(f"{one.subject}: {one.reason}")
        lines.append(f"::notice title=not checked::{text}")
    return "".join(f"{line}\n" for line in lines)


def _command(finding: findings.Finding) -> str:
    span = finding.span
    places = {
        "file": span.file,
        "line": str(span.line),
        "col": str(span.column),
        "title": finding.check,
    }
    if span.end_line == span.line and span.end_column is not None:
        places["endColumn"] = str(span.end_column)
    told = ",".join(f"{key}={_escape_property(text)}" for key, text in places.items())
    text = f"{finding.message}\n{finding.hint}" if finding.hint else finding.message
    return f"::{_LEVELS[finding.severity]} {told}::{_escape(text)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
