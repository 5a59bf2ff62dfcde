"""The report for programs."""

import json

from sightline.app.checking import reports

__all__ = ["render"]


def render(report: reports.Report) -> str:
    """Gives `{"findings": […], "not_checked": […], "borne": …}`."""
    found = [
        {
            "check": one.check,
            "severity": one.severity.label,
            "file": one.span.file,
            "line": one.span.line,
            "column": one.span.column,
            "message": one.message,
            "hint": one.hint,
        }
        for one in report.found
    ]
    not_checked = [
        {"subject": one.subject, "reason": one.reason} for one in report.not_checked
    ]
    content = {"findings": found, "not_checked": not_checked, "borne": report.borne}
    return json.dumps(content, indent=2) + "\n"
