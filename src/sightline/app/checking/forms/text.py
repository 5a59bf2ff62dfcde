"""The report for people: each finding with its line, and a caret below its place."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from sightline.app.checking import reports
from sightline.model import findings

__all__ = ["render"]

_WIDEST = 110
_MOST_SUBJECTS = 3
_FEWEST_SORTED = 2
_BOLD, _FAINT, _GREEN = "1", "2", "32"
_OF_SEVERITIES = {
    findings.FindingSeverity.ERROR: "1;31",
    findings.FindingSeverity.WARNING: "1;33",
    findings.FindingSeverity.INFO: "1;36",
}


def render(report: reports.Report, *, is_colored: bool = False) -> str:
    """Gives every finding, what was not checked by reason, and the count."""
    paint = _paint if is_colored else _leave
    lines = [line for one in report.found for line in _finding(one, report, paint)]
    lines += [paint(line, _FAINT) for line in _not_checked(report.not_checked)]
    counted = _count(report)
    lines.append(f"{counted}, {report.borne} borne" if report.borne else counted)
    return "\n".join(lines) + "\n"


def _paint(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m"


def _leave(text: str, style: str) -> str:
    del style
    return text


_Paint = Callable[[str, str], str]


def _count(report: reports.Report) -> str:
    count = len(report.found)
    if count < _FEWEST_SORTED:
        return f"{count} finding{'' if count == 1 else 's'}"
    by_severity = Counter(one.severity for one in report.found)
    parts = [
        f"{by_severity[level]} {level.label}{'s' if by_severity[level] > 1 else ''}"
        for level in sorted(by_severity, reverse=True)
    ]
    return f"{count} findings: {', '.join(parts)}"


def _finding(
    finding: findings.Finding, report: reports.Report, paint: _Paint
) -> Iterator[str]:
    level = paint(finding.severity.label, _OF_SEVERITIES[finding.severity])
    place, name = paint(str(finding.span), _BOLD), paint(f"[{finding.check}]", _FAINT)
    yield f"{place}: {level}: {finding.message} {name}"
    yield from _quoted(finding, report.quote(finding), paint)
    if finding.hint:
        yield f"    {finding.hint}"


def _quoted(finding: findings.Finding, line: str, paint: _Paint) -> Iterator[str]:
    """Gives the line and the caret; a long line is cut around its place."""
    if not line.strip():
        return
    line = line.replace("\t", " ")
    begin = finding.span.column - 1
    is_within = finding.span.end_line == finding.span.line
    end = (finding.span.end_column or 0) - 1 if is_within else begin + 1
    first = max(0, begin - _WIDEST // 3) if len(line) > _WIDEST else 0
    shown = line[first : first + _WIDEST]
    if not first:  # indentation says nothing here
        first = len(shown) - len(shown.lstrip())
        shown = shown.lstrip()
    carets = paint("^" * max(1, min(end, first + _WIDEST) - begin), _GREEN)
    yield f"    | {shown.rstrip()}"
    yield f"    | {' ' * max(begin - first, 0)}{carets}"


def _not_checked(outcomes: tuple[findings.NotChecked, ...]) -> Iterator[str]:
    subjects: defaultdict[str, list[str]] = defaultdict(list)
    for one in outcomes:
        subjects[one.reason].append(one.subject)
    for reason, names in subjects.items():
        more = len(names) - _MOST_SUBJECTS
        others = f" and {more} more" if more > 0 else ""
        yield f"not checked: {', '.join(names[:_MOST_SUBJECTS])}{others}: {reason}"
