"""The report of `check` in both of its forms."""

import json

from sightline.app import check, check_formatting
from sightline.model import findings, spans

REPORT = check.Report(
    found=(
        findings.Finding(
            check="spec/duration",
            severity=findings.FindingSeverity.ERROR,
            span=spans.Span(file="monitoring/a.yaml", line=3, column=7),
            message="expected a duration such as '5m', found '5'",
            hint="write a number followed by ms, s, m, h, d, w or y",
        ),
    ),
    not_checked=(findings.NotChecked(subject="amtool", reason="amtool not found"),),
)


def test_text_has_each_finding_what_was_not_checked_and_the_count() -> None:
    assert check_formatting.render_text(REPORT) == (
        "monitoring/a.yaml:3:7: error: expected a duration such as '5m', found '5'"
        " [spec/duration]\n"
        "    write a number followed by ms, s, m, h, d, w or y\n"
        "not checked: amtool: amtool not found\n"
        "1 finding\n"
    )


def test_json_has_the_promised_keys() -> None:
    assert json.loads(check_formatting.render_json(REPORT)) == {
        "findings": [
            {
                "check": "spec/duration",
                "severity": "error",
                "file": "monitoring/a.yaml",
                "line": 3,
                "column": 7,
                "message": "expected a duration such as '5m', found '5'",
                "hint": "write a number followed by ms, s, m, h, d, w or y",
            }
        ],
        "not_checked": [{"subject": "amtool", "reason": "amtool not found"}],
    }
