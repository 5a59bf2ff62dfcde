"""Where the stages of loading put what they find, so that all of it is shown."""

import difflib
from collections.abc import Iterable
from typing import Final

from sightline.model import findings, spans

__all__ = ["Reporter", "suggest"]

_MOST_SHOWN: Final = 20


class Reporter:
    """Collects the findings of one loading.

    Attributes:
        family: the first part of their names, such as `spec` in `spec/duration`.
    """

    def __init__(self, family: str) -> None:
        self.family = family
        self._findings: list[findings.Finding] = []

    def error(self, check: str, span: spans.Span, message: str, hint: str = "") -> None:
        """Adds a mistake that makes the file unusable."""
        self._findings.append(
            findings.Finding(
                check=f"{self.family}/{check}",
                severity=findings.FindingSeverity.ERROR,
                span=span,
                message=message,
                hint=hint,
            )
        )

    def extend(self, found: Iterable[findings.Finding]) -> None:
        """Takes over what another reporter collected."""
        self._findings.extend(found)

    @property
    def findings(self) -> tuple[findings.Finding, ...]:
        """All findings so far, each once, in the order of files and lines."""
        return tuple(sorted(dict.fromkeys(self._findings), key=_reading_order))


def _reading_order(finding: findings.Finding) -> tuple[str, int, int, str]:
    span = finding.span
    return span.file, span.line, span.column, finding.message


def suggest(name: str, known: Iterable[str], *, plural: str = "names") -> str:
    """Gives the hint for a name that is not known: the nearest one, or all of them."""
    choices = sorted(known)
    if near := difflib.get_close_matches(name, choices, n=1):
        return f"did you mean {near[0]!r}?"
    if not choices:
        return f"no {plural} are declared"
    shown = ", ".join(choices[:_MOST_SHOWN])
    more = len(choices) - _MOST_SHOWN
    return f"known {plural}: {shown}" + (f" and {more} more" if more > 0 else "")
