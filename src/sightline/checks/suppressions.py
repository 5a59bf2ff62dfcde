"""Findings that a comment in the file bears for a while, with a reason.

A comment on a line of its own holds for the line below it and for what is indented
more than that; one behind something holds for its line; one in a file's first lines
that says `file` holds for the whole file::

    # sightline: ignore raw-counter until 2027-03-31: the exporter resets it daily
    - alert: OldErrors
      expr: legacy_errors_total > 100
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sightline.formats import texts
from sightline.model import findings, spans

__all__ = ["NAME", "Suppression", "apply", "find_all"]

NAME: Final = "suppression"
"""The name of the findings about comments that bear nothing."""

_COMMENT: Final = re.compile(
    r"#[ \t]*sightline:[ \t]*ignore(?P<whole>-file)?\b(?P<rest>.*)"
)
_REST: Final = re.compile(
    r"[ \t]+(?P<checks>[\w/*-]+(?:[ \t]*,[ \t]*[\w/*-]+)*)"
    r"[ \t]+until[ \t]+(?P<until>\d{4}-\d{2}-\d{2})[ \t]*:[ \t]*(?P<reason>\S.*)"
)
_HINT: Final = (
    "write `# sightline: ignore NAME until 2030-01-31: why`, with a day that comes"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """One comment that bears findings.

    Attributes:
        checks: names of checks, or `*`.
        first_line, last_line: the lines that it holds for, both included.
    """

    checks: frozenset[str]
    until: dt.date
    reason: str
    span: spans.Span
    first_line: int
    last_line: int

    def covers(self, finding: findings.Finding) -> bool:
        """Whether it is about a finding."""
        span = finding.span
        return (
            span.file == self.span.file
            and self.first_line <= span.line <= self.last_line
            and bool({finding.check, "*"} & self.checks)
        )


def find_all(
    sources: Iterable[texts.Source], today: dt.date
) -> tuple[tuple[Suppression, ...], tuple[findings.Finding, ...]]:
    """Gives the comments that hold today, and what is wrong with the others."""
    valid: list[Suppression] = []
    wrong: list[findings.Finding] = []
    for source in sources:
        if "sightline:" not in source.text:
            continue
        for found in _read(source):
            if isinstance(found, findings.Finding):
                wrong.append(found)
            elif found.until < today:
                wrong.append(
                    _wrong(
                        found.span,
                        f"expected a day that comes, found {found.until}: "
                        f"{', '.join(sorted(found.checks))} counts again",
                    )
                )
            else:
                valid.append(found)
    return tuple(valid), tuple(wrong)


def apply(
    found: Iterable[findings.Finding], suppressions: Iterable[Suppression]
) -> tuple[tuple[findings.Finding, ...], tuple[findings.Finding, ...]]:
    """Gives the findings that count, and what is wrong with idle comments."""
    held = tuple(suppressions)
    used: set[Suppression] = set()
    kept: list[findings.Finding] = []
    for finding in found:
        covering = [one for one in held if one.covers(finding)]
        used.update(covering)
        if not covering:
            kept.append(finding)
    idle = tuple(
        _wrong(one.span, "expected a finding here, found none: remove the comment")
        for one in held
        if one not in used
    )
    return tuple(kept), idle


def _read(source: texts.Source) -> Iterator[Suppression | findings.Finding]:
    lines = source.text.splitlines()
    for index, line in enumerate(lines):
        comment = _COMMENT.search(line)
        if comment is None:
            continue
        span = spans.Span(file=source.file, line=index + 1, column=comment.start() + 1)
        rest = _REST.fullmatch(comment["rest"].rstrip())
        until = None if rest is None else _day(rest["until"])
        if rest is None or until is None:
            yield _wrong(span, f"expected checks, a day and a reason in {comment[0]!r}")
            continue
        first, last = _extent(lines, index, is_whole=comment["whole"] is not None)
        yield Suppression(
            checks=frozenset(re.split(r"[ \t]*,[ \t]*", rest["checks"])),
            until=until,
            reason=rest["reason"],
            span=span,
            first_line=first + 1,
            last_line=last + 1,
        )


def _extent(lines: list[str], index: int, *, is_whole: bool) -> tuple[int, int]:
    """Gives the lines that a comment holds for, counted from 0."""
    if is_whole:
        return 0, len(lines)
    if not lines[index].lstrip().startswith("#"):
        return index, index
    begin = index + 1
    while begin < len(lines) and _is_idle(lines[begin]):
        begin += 1
    if begin == len(lines):
        return index, index
    indentation = _indentation(lines[begin])
    end = begin
    for number in range(begin + 1, len(lines)):
        if _is_idle(lines[number]):
            continue
        if _indentation(lines[number]) <= indentation:
            break
        end = number
    return begin, end


def _is_idle(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _wrong(span: spans.Span, message: str) -> findings.Finding:
    return findings.Finding(
        check=NAME,
        severity=findings.FindingSeverity.WARNING,
        span=span,
        message=message,
        hint=_HINT,
    )
