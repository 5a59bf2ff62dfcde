"""Grafana's variables in an expression: what stands for them, and where they stood."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sightline.promql import ast, refusals

__all__ = ["GRAFANA", "Filled", "Variables", "fill", "find_variables"]

Variables = Mapping[str, str]
"""What stands for each variable, by its name without signs."""

GRAFANA: Final[Variables] = {
    "__interval": "1m",
    "__interval_ms": "60000",
    "__rate_interval": "5m",
    "__range": "1h",
    "__range_s": "3600",
    "__range_ms": "3600000",
    "__from": "1700000000000",
    "__to": "1700003600000",
}
"""Usual sizes of the built-in variables; a panel of one hour has about these.

https://grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/#global-variables
"""

_NAME: Final = r"""
    \$(?P<plain>[A-Za-z_]\w*)
  | \$\{(?P<braced>[A-Za-z_]\w*)(?:[.:][^}]{0,200})?\}
  | \[\[(?P<bracketed>[A-Za-z_]\w*)(?:[.:][^\]]{0,200})?\]\]
"""
_VARIABLE: Final = re.compile(_NAME, re.VERBOSE | re.ASCII)
_STRETCH: Final = re.compile(
    rf"""
    (?P<skipped> "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' | `[^`]*` | \#[^\n]* )
  | {_NAME}
    """,
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Filled:
    """An expression in which every variable outside of quotes has been replaced.

    Attributes:
        text: what is read.
        has_variables: variables within quotes mean something.
    """

    text: str
    has_variables: bool
    _places: tuple[tuple[int, int, int, int], ...]

    def is_filled(self, start: int, end: int) -> bool:
        """Says whether something within `text[start:end]` stands for a variable."""
        return any(first < end and start < last for first, last, _, _ in self._places)

    def locate(self, start: int, end: int) -> ast.Span:
        """Gives the place in the text as it was written for a place in `text`."""
        if not self._places:
            return ast.Span(start, end)
        return ast.Span(
            self._locate(start, is_end=False), self._locate(end, is_end=True)
        )

    def _locate(self, position: int, *, is_end: bool) -> int:
        find = bisect_left if is_end else bisect_right
        index = find(self._places, position, key=lambda place: place[0]) - 1
        if index < 0:
            return position
        _, last, written_first, written_last = self._places[index]
        if position >= last:
            return position - last + written_last
        return written_last if is_end else written_first


def fill(text: str, variables: Variables | None) -> Filled:
    """Puts what stands for each variable in its place; `None` leaves `text` alone.

    Raises:
        NotAnalysed: when nothing stands for a variable.
    """
    if variables is None or ("$" not in text and "[[" not in text):
        return Filled(text, variables is not None, ())
    parts: list[str] = []
    places: list[tuple[int, int, int, int]] = []
    length = done = 0
    for found in _STRETCH.finditer(text):
        if found["skipped"] is not None:
            continue
        name = found["plain"] or found["braced"] or found["bracketed"]
        span = ast.Span(*found.span())
        if name not in variables:
            raise refusals.NotAnalysed(
                f"nothing is known of the variable {found[0]!r}", span
            )
        parts += [text[done : span.start], variables[name]]
        length += span.start - done
        places.append((length, length + len(variables[name]), span.start, span.end))
        length, done = length + len(variables[name]), span.end
    parts.append(text[done:])
    return Filled("".join(parts), has_variables=True, _places=tuple(places))


def find_variables(text: str) -> tuple[tuple[str, ast.Span], ...]:
    """Gives every variable in `text` with its place, also those within quotes."""
    return tuple(
        (
            found["plain"] or found["braced"] or found["bracketed"],
            ast.Span(*found.span()),
        )
        for found in _VARIABLE.finditer(text)
    )
