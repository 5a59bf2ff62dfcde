"""The report as JUnit's XML, which CI systems count: one test case for each check."""

import html
from collections import defaultdict
from collections.abc import Iterable

from sightline.app.checking import reports
from sightline.checks import registry
from sightline.model import findings

__all__ = ["render"]


def render(report: reports.Report) -> str:
    """Gives a failure for each finding above `info`, and what was skipped."""
    found: defaultdict[str, list[findings.Finding]] = defaultdict(list)
    for one in report.found:
        if one.severity > findings.FindingSeverity.INFO:
            found[one.check].append(one)
    names = sorted({check.name for check in registry.CHECKS} | found.keys())
    cases = [_case(name, found[name]) for name in names]
    cases += [_skipped(one) for one in report.not_checked]
    failed = sum(bool(of_check) for of_check in found.values())
    head = (
        f'<testsuite name="sightline check" tests="{len(cases)}" '
        f'failures="{failed}" skipped="{len(report.not_checked)}">'
    )
    body = "\n".join(cases)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{body}\n</testsuite>\n'


def _case(name: str, found: Iterable[findings.Finding]) -> str:
    told = "\n".join(map(str, found))
    head = f'  <testcase classname="sightline.check" name={_quote(name)}'
    if not told:
        return f"{head}/>"
    first = _quote(told.partition("\n")[0])
    body = html.escape(told, quote=False)
    return f"{head}>\n    <failure message={first}>{body}</failure>\n  </testcase>"


def _skipped(one: findings.NotChecked) -> str:
    return (
        '  <testcase classname="sightline.check" '
        f"name={_quote(one.subject)}>\n"
        f"    <skipped message={_quote(one.reason)}/>\n  </testcase>"
    )


def _quote(text: str) -> str:
    """Gives an attribute's value; a parser would make spaces of its line ends."""
    escaped = html.escape(text).replace("\n", "&#10;").replace("\t", "&#9;")
    return f'"{escaped}"'
