"""The report of `check`, for people and for programs."""

import json

from sightline.app import check

__all__ = ["render_json", "render_text"]


def render_text(report: check.Report) -> str:
    """Gives one finding a line, what was not checked, and the count."""
    lines = [str(finding) for finding in report.found]
    lines += [f"not checked: {one.subject}: {one.reason}" for one in report.not_checked]
    count = len(report.found)
    lines.append(f"{count} finding{'' if count == 1 else 's'}")
    return "\n".join(lines) + "\n"


def render_json(report: check.Report) -> str:
    """Gives `{"findings": […], "not_checked": […]}`."""
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
    return json.dumps({"findings": found, "not_checked": not_checked}, indent=2) + "\n"
