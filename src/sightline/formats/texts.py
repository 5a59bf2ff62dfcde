"""Text that knows where in a file each of its characters stands.

An expression in a rule file may be quoted, folded over lines or indented in a block,
and a rule file may itself be a block in a ConfigMap. `Text.place` leads from a
character of what was meant to the line and column of what was written.
"""

import bisect
import re
from array import array
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from sightline.formats import alignment, nodes
from sightline.model import spans

__all__ = ["Placed", "Source", "Text"]

T = TypeVar("T")

_LINE_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


class Source:
    """The text of a file, or of a file that is a scalar of another one.

    Attributes:
        file: the path as it is shown to the user.
    """

    __slots__ = ("_line_starts", "_origin", "_origin_offsets", "file", "text")

    def __init__(self, file: str, text: str, origin: "Text | None" = None) -> None:
        self.file = file
        self.text = text
        self._origin = origin
        self._origin_offsets = array("L") if origin is None else origin.offsets()
        self._line_starts = [0, *(match.end() for match in _LINE_BREAK.finditer(text))]

    @classmethod
    def inside(cls, origin: "Text") -> "Source":
        """Gives the source that is a scalar of another, such as a ConfigMap's file."""
        return cls(origin.span.file, origin.text, origin)

    def at(self, offset: int) -> spans.Span:
        """Gives the place in the file of a character, counted from 0."""
        if self._origin is not None:
            last = len(self._origin_offsets) - 1
            outer = self._origin_offsets[min(max(offset, 0), last)]
            return self._origin.source.at(outer)
        line, column = self.position(offset)
        return spans.Span(file=self.file, line=line, column=column)

    def position(self, offset: int) -> tuple[int, int]:
        """Gives the line and column, from 1, of a character of this text."""
        line = bisect.bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def between(self, start: int, end: int) -> spans.Span:
        """Gives the stretch from a character to just behind another."""
        first, last = self.at(start), self.at(end)
        return spans.Span(
            file=first.file,
            line=first.line,
            column=first.column,
            end_line=last.line,
            end_column=last.column,
        )

    def line(self, number: int) -> str:
        """Gives a line of this text, without its end; empty beyond the last one."""
        if not 1 <= number <= len(self._line_starts):
            return ""
        rest = self.text[self._line_starts[number - 1] :]
        return _LINE_BREAK.split(rest, maxsplit=1)[0]

    def offset(self, line: int, column: int) -> int:
        """Gives the character, counted from 0, at a line and column of this text."""
        index = min(max(line, 1), len(self._line_starts)) - 1
        return min(self._line_starts[index] + max(column, 1) - 1, len(self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A scalar of a file: what it says, and where each character of that stands.

    Texts are equal when they say the same at the same place.

    Attributes:
        text: what it says, without quotes, escapes, folding and indentation.
        span: where it begins.
        source: the text that it stands in.
        start: where in `source` it begins: the quote, or the sign of a block.
        style: how it is written; see `nodes.ScalarNode.style`.
    """

    text: str
    span: spans.Span
    source: Source = field(repr=False, compare=False)
    start: int = field(repr=False, compare=False)
    style: str = field(default="", repr=False, compare=False)

    @classmethod
    def of(cls, node: nodes.ScalarNode, source: Source) -> "Text":
        """Gives what a scalar says, as text even where YAML sees a number."""
        return cls(
            text=node.text,
            span=node.span,
            source=source,
            start=node.start,
            style=node.style,
        )

    def offsets(self) -> "array[int]":
        """Gives where in the source each character stands, and where they end."""
        return alignment.align(self.text, self.source.text, self.start, self.style)

    def place(self, start: int, end: int | None = None) -> spans.Span:
        """Gives where a stretch of `text` is written.

        Args:
            start: its first character, counted from 0.
            end: just behind its last one; the end of the text without it.
        """
        offsets = self.offsets()
        last = len(offsets) - 1
        start = min(max(start, 0), last)
        end = last if end is None else min(max(end, start), last)
        # Behind the last character, not before the next one: between the two there
        # may be the indentation of the next line.
        behind = offsets[end - 1] + 1 if end > start else offsets[start]
        return self.source.between(offsets[start], behind)

    def __str__(self) -> str:
        """Gives what it says."""
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed(Generic[T]):
    """Something read from a file, such as a duration, and where it stands."""

    content: T
    span: spans.Span
