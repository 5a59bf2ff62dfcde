"""The report of `check` in each of its forms."""

import json
from xml.etree import ElementTree as ET

from sightline.app.checking import reports
from sightline.app.checking.forms import github, json_report, junit, sarif, text
from sightline.formats import texts
from sightline.model import findings, spans

_LINES = "groups:\n  - name: g\n    interval: 5\n"
_FINDING = findings.Finding(
    check="spec/duration",
    severity=findings.FindingSeverity.ERROR,
    span=spans.Span(file="a.yaml", line=3, column=15, end_line=3, end_column=16),
    message="expected a duration such as '5m', found '5'",
    hint="write a number followed by ms, s, m, h, d, w or y",
)
_REPORT = reports.merge(
    [
        reports.Report(
            found=(_FINDING,),
            not_checked=tuple(
                findings.NotChecked(subject=name, reason="not found on PATH")
                for name in ("amtool", "promtool", "jsonnet", "helm")
            ),
        )
    ],
    [texts.Source("a.yaml", _LINES)],
)


def test_text_has_each_finding_with_a_caret_what_was_not_checked_and_the_count() -> (
    None
):
    assert text.render(_REPORT) == (
        "a.yaml:3:15: error: expected a duration such as '5m', found '5'"
        " [spec/duration]\n"
        "    | interval: 5\n"
        "    |           ^\n"
        "    write a number followed by ms, s, m, h, d, w or y\n"
        "not checked: amtool, promtool, jsonnet and 1 more: not found on PATH\n"
        "1 finding\n"
    )


def test_several_findings_are_counted_by_severity_and_coloured_for_people() -> None:
    warning = findings.Finding(
        check="c",
        severity=findings.FindingSeverity.WARNING,
        span=spans.Span(file="b"),
        message="m",
    )
    report = reports.Report(found=(_FINDING, warning, warning), not_checked=())
    assert text.render(report).endswith("3 findings: 1 error, 2 warnings\n")
    painted = text.render(report, is_colored=True).splitlines()
    assert painted[0].startswith("\x1b[1ma.yaml:3:15\x1b[0m: \x1b[1;31merror\x1b[0m: ")
    assert "\x1b" not in text.render(report)


def test_the_caret_of_a_long_line_stays_in_sight() -> None:
    line = "x" * 300 + "HERE" + "y" * 300
    span = spans.Span(file="a", line=1, column=301, end_line=1, end_column=305)
    finding = findings.Finding(
        check="c", severity=findings.FindingSeverity.INFO, span=span, message="m"
    )
    report = reports.Report(found=(finding,), not_checked=())
    report = reports.merge([report], [texts.Source("a", line)])
    _, quoted, carets, _ = text.render(report).splitlines()
    assert len(quoted) < 120
    assert quoted[carets.index("^") : carets.rindex("^") + 1] == "HERE"


def test_json_has_the_promised_keys() -> None:
    content = json.loads(json_report.render(_REPORT))
    assert content["findings"] == [
        {
            "check": "spec/duration",
            "severity": "error",
            "file": "a.yaml",
            "line": 3,
            "column": 15,
            "message": "expected a duration such as '5m', found '5'",
            "hint": "write a number followed by ms, s, m, h, d, w or y",
        }
    ]
    assert content["not_checked"][0] == {
        "subject": "amtool",
        "reason": "not found on PATH",
    }


def test_sarif_has_the_place_and_what_was_not_checked() -> None:
    content = json.loads(sarif.render(_REPORT))
    (run,) = content["runs"]
    (result,) = run["results"]
    assert content["version"] == "2.1.0"
    assert result["level"] == "error"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "spec/duration"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a.yaml"},
        "region": {"startLine": 3, "startColumn": 15, "endLine": 3, "endColumn": 16},
    }
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert notes[0]["message"]["text"] == "not checked: amtool: not found on PATH"


def test_junit_counts_a_failure_for_each_check_that_found_something() -> None:
    suite = ET.fromstring(junit.render(_REPORT))  # noqa: S314 - written by us
    assert (suite.get("failures"), suite.get("skipped")) == ("1", "4")
    cases = {case.get("name"): case for case in suite}
    failure = cases["spec/duration"].find("failure")
    assert failure is not None
    assert (failure.get("message") or "").startswith("a.yaml:3:15: error:")
    assert cases["promql-syntax"].find("failure") is None


def test_github_is_told_of_the_line() -> None:
    assert github.render(_REPORT).splitlines()[0] == (
        "::error file=a.yaml,line=3,col=15,title=spec/duration,endColumn=16::"
        "expected a duration such as '5m', found '5'"
        "%0Awrite a number followed by ms, s, m, h, d, w or y"
    )
