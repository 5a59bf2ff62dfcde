"""Lines of pairs: logfmt, and the words that firewalls write."""

import operator
import re
from collections.abc import Callable, Collection, Sequence
from typing import Final

from sightline.collectors.events import rejections, text_chunks

__all__ = ["LogfmtReader"]

_PAIR: Final = re.compile(r'([^\s="]+)=(?:"((?:[^"\\]|\\.)*+)"|([^\s"]*))(?=\s|$)')
_ESCAPED: Final = re.compile(r"\\(.)")

Row = Sequence[str | None]


class LogfmtReader:
    """Reads lines that have at least one `key=value`."""

    def __init__(
        self, fields: Collection[str], rejected: rejections.Rejections
    ) -> None:
        self._fields = tuple(sorted(fields))
        self._rejected = rejected
        self.countable = frozenset(fields)

    def read(self, chunk: bytes) -> Sequence[Row]:
        """Gives the rows of a chunk that ends with a line break."""
        rows: list[Row] = []
        for line in text_chunks.decode(chunk, self._rejected).split("\n")[:-1]:
            found = _PAIR.findall(line)
            if found:
                pairs = {key: _unquote(quoted) or bare for key, quoted, bare in found}
                rows.append(tuple(map(pairs.get, self._fields)))
            else:
                empty, syntax = rejections.Reason.EMPTY, rejections.Reason.SYNTAX
                self._rejected.add(syntax if line.strip() else empty, line)
        return rows

    def getter(self, fields: Sequence[str]) -> Callable[[object], object]:
        """Gives what takes fields from a row."""
        take: Callable[[object], object]
        take = operator.itemgetter(*map(self._fields.index, fields))  # type: ignore[assignment]  # of any row of ours
        return take


def _unquote(text: str) -> str:
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text
