"""The report for people: each finding with its line, and a caret below its place."""

from collections import defaultdict
from collections.abc import Iterator

from sightline.app.checking import reports
from sightline.model import findings

__all__ = ["render"]

_WIDEST = 110
_MOST_SUBJECTS = 3


def render(report: reports.Report) -> str:
    """Gives every finding, what was not checked by reason, and the count."""
    lines = [line for one in report.found for line in _finding(one, report)]
    lines += _not_checked(report.not_checked)
    count = len(report.found)
    counted = f"{count} finding{'' if count == 1 else 's'}"
    lines.append(f"{counted}, {report.borne} borne" if report.borne else counted)
    return "\n".join(lines) + "\n"


def _finding(finding: findings.Finding, report: reports.Report) -> Iterator[str]:
    level = finding.severity.label
    yield f"{finding.span}: {level}: {finding.message} [{finding.check}]"
    yield from _quoted(finding, report.quote(finding))
    if finding.hint:
        yield f"    {finding.hint}"


def _quoted(finding: findings.Finding, line: str) -> Iterator[str]:
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
    carets = "^" * max(1, min(end, first + _WIDEST) - begin)
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
