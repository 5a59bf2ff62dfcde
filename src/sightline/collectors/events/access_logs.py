"""Access logs, read a chunk at a time."""

import operator
from collections.abc import Callable, Sequence

from sightline.collectors.events import log_formats, rejections, text_chunks

__all__ = ["AccessLogReader"]

Row = Sequence[str]


class AccessLogReader:
    """Reads the lines of one log format as tuples of text."""

    def __init__(
        self, patterns: log_formats.LinePatterns, rejected: rejections.Rejections
    ) -> None:
        self._patterns = patterns
        self._rejected = rejected
        self.countable = frozenset(patterns.fields)
        # Without any group, `findall` gives text; with one, the text of the group.
        self._is_single = len(patterns.fields) == 1

    def read(self, chunk: bytes) -> Sequence[Row]:
        """Gives the rows of a chunk that ends with a line break."""
        text = text_chunks.decode(chunk, self._rejected)
        # A backslash may hide a quote from the fast pattern.
        if "\\" not in text:
            rows = self._patterns.fast.findall(text)
            # As many as there are lines: each has matched one, and nothing is odd.
            if len(rows) == text_chunks.count_lines(chunk):
                return [(row,) for row in rows] if self._is_single else rows
        return self._read_strictly(text)

    def getter(self, fields: Sequence[str]) -> Callable[[object], object]:
        """Gives what takes fields from a row."""
        places = [self._patterns.fields.index(field) for field in fields]
        take: Callable[[object], object]
        take = operator.itemgetter(*places)  # type: ignore[assignment]  # of any row of ours
        return take

    def _read_strictly(self, text: str) -> Sequence[Row]:
        rows: list[Row] = []
        for match in self._patterns.strict.finditer(text):
            *fields, other = match.groups("")
            if match.lastindex == len(fields) + 1:
                self._rejected.add(_judge(other), other)
            else:
                rows.append(tuple(fields))
        return rows


def _judge(line: str) -> rejections.Reason:
    is_empty = not line.strip()
    return rejections.Reason.EMPTY if is_empty else rejections.Reason.SYNTAX
