"""The report as SARIF 2.1.0, which code hosts show beside the lines of a change.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import json
from collections.abc import Mapping
from typing import Final

import sightline
from sightline.app.checking import reports
from sightline.checks import registry
from sightline.model import findings, spans

__all__ = ["render"]

_LEVELS: Final = {
    findings.FindingSeverity.INFO: "note",
    findings.FindingSeverity.WARNING: "warning",
    findings.FindingSeverity.ERROR: "error",
}
_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def render(report: reports.Report) -> str:
    """Gives one run with a rule for each check and a result for each finding."""
    summaries = {check.name: check.summary for check in registry.CHECKS}
    names = sorted(summaries.keys() | {one.check for one in report.found})
    rules = [
        {"id": name, "shortDescription": {"text": summaries.get(name, name)}}
        for name in names
    ]
    notes = [
        {
            "level": "note",
            "message": {"text": f"not checked: {one.subject}: {one.reason}"},
        }
        for one in report.not_checked
    ]
    run = {
        "tool": {
            "driver": {
                "name": "sightline",
                "version": sightline.__version__,
                "rules": rules,
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {"executionSuccessful": True, "toolExecutionNotifications": notes}
        ],
        "results": [_result(one, names) for one in report.found],
    }
    content = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(content, indent=2) + "\n"


def _result(finding: findings.Finding, names: list[str]) -> Mapping[str, object]:
    text = f"{finding.message}\n{finding.hint}" if finding.hint else finding.message
    location = {
        "artifactLocation": {"uri": finding.span.file},
        "region": _region(finding.span),
    }
    return {
        "ruleId": finding.check,
        "ruleIndex": names.index(finding.check),
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": location}],
    }


def _region(span: spans.Span) -> Mapping[str, int]:
    region = {"startLine": span.line, "startColumn": span.column}
    if span.end_line is not None and span.end_column is not None:
        region |= {"endLine": span.end_line, "endColumn": span.end_column}
    return region
