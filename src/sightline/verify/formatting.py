"""A report as text for people, and as JSON for programs."""

import json
from collections.abc import Iterator, Mapping
from typing import Final

from sightline.verify import checks

__all__ = ["describe", "render_json", "render_line", "render_text"]

_MARKS: Final = {
    checks.State.PASSED: "✅",
    checks.State.FAILED: "❌",
    checks.State.NOT_CHECKED: "⚠",
}
_SMALL_MARKS: Final = {
    checks.State.PASSED: "✓",
    checks.State.FAILED: "✗",
    checks.State.NOT_CHECKED: "?",
}


def render_text(report: checks.Report) -> str:
    """Gives the five lines, an empty one, and the evidence behind each."""
    lines = [render_line(check) for check in report.checks]
    for check in report.checks:
        lines += ["", *_render_evidence(check)]
    return "\n".join(lines) + "\n"


def render_line(check: checks.Check) -> str:
    """Gives the one line of a check."""
    subject = check.subject
    mark = _MARKS[check.state]
    match check.state:
        case checks.State.PASSED:
            return f"{mark} {subject.title}: {subject.claim} ({check.figure})"
        case checks.State.FAILED:
            return f"{mark} {subject.title}: not {subject.claim}: {check.reason}"
        case checks.State.NOT_CHECKED:
            return f"{mark} {subject.title}: not checked: {check.reason}"


def render_json(report: checks.Report) -> str:
    """Gives the report as JSON, with a final newline."""
    return json.dumps(describe(report), indent=2, ensure_ascii=False) + "\n"


def describe(report: checks.Report) -> Mapping[str, object]:
    """Gives the report as it is written in JSON."""
    return {
        "ok": report.is_ok,
        "checks": [
            {
                "name": check.subject.title,
                "state": check.state.value,
                "figure": check.figure,
                "reason": check.reason,
                "evidence": [
                    {"state": one.state.value, "text": one.text}
                    for one in check.evidence
                ],
            }
            for check in report.checks
        ],
    }


def _render_evidence(check: checks.Check) -> Iterator[str]:
    yield check.subject.title
    for one in check.evidence:
        yield f"  {_SMALL_MARKS[one.state]} {one.text}"
