"""JSON text → nodes, within limits: dashboards, with the place of everything."""

import json
import re
from typing import Final, NoReturn

from sightline.formats import composing, nodes, reporting, texts

__all__ = ["compose"]

_BLANK: Final = re.compile(r"[ \t\n\r]*")
_SEPARATOR: Final = re.compile(r"[ \t\n\r]*([,}\]]?)[ \t\n\r]*")
_COLON: Final = re.compile(r"[ \t\n\r]*:[ \t\n\r]*")
_STRING: Final = re.compile(r'"((?:[^"\\\x00-\x1f]|\\.)*)"')
_WORD: Final = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null")


class _Unusable(Exception):
    """The rest of the text cannot be read; the reason is reported already.

    It never leaves this module.
    """


def compose(
    source: texts.Source,
    reporter: reporting.Reporter,
    limits: composing.Limits = composing.NATIVE,
) -> nodes.Node | None:
    """Gives the document in a JSON text; `None`, reported, when it is none."""
    reader = _Reader(source, reporter, limits)
    try:
        return reader.document()
    except _Unusable:
        return None


class _Reader:
    """Reads JSON from one place to the next."""

    def __init__(
        self,
        source: texts.Source,
        reporter: reporting.Reporter,
        limits: composing.Limits,
    ) -> None:
        self._source = source
        self._text = source.text
        self._reporter = reporter
        self._limits = limits
        self._position = 0
        self._count = 0

    def document(self) -> nodes.Node:
        """Reads one document and the blanks around it."""
        self._skip_blanks()
        node = self._node(depth=1)
        self._skip_blanks()
        if self._position < len(self._text):
            self._refuse("the end of the file")
        return node

    def _node(self, *, depth: int) -> nodes.Node:
        if depth > self._limits.depth:
            self._refuse(f"at most {self._limits.depth} levels of nesting")
        self._count += 1
        if self._count > self._limits.nodes:
            self._refuse(f"at most {self._limits.nodes:,} values")
        match self._text[self._position : self._position + 1]:
            case "{":
                return self._mapping(depth=depth)
            case "[":
                return self._list(depth=depth)
            case '"':
                return self._string()
            case _:
                return self._word()

    def _mapping(self, *, depth: int) -> nodes.MappingNode:
        span = self._source.at(self._position)
        self._position += 1
        pairs: dict[str, nodes.Pair] = {}
        while not self._ends("}", is_first=not pairs):
            if not self._text.startswith('"', self._position):
                self._refuse("a key in double quotes")
            key = self._string()
            self._take_colon()
            pair = nodes.Pair(key_span=key.span, node=self._node(depth=depth + 1))
            if key.text in pairs:
                self._reporter.error(
                    "duplicate",
                    key.span,
                    f"expected each key once, found {key.text!r} again",
                    f"it is given in line {pairs[key.text].key_span.line} already; "
                    "keep one of them",
                )
            pairs[key.text] = pair
        return nodes.MappingNode(pairs=pairs, span=span)

    def _list(self, *, depth: int) -> nodes.SequenceNode:
        span = self._source.at(self._position)
        self._position += 1
        items: list[nodes.Node] = []
        while not self._ends("]", is_first=not items):
            items.append(self._node(depth=depth + 1))
        return nodes.SequenceNode(items=tuple(items), span=span)

    def _ends(self, bracket: str, *, is_first: bool) -> bool:
        """Goes on to the next entry, or behind the bracket that ends them."""
        match = _SEPARATOR.match(self._text, self._position)
        if match is None:
            raise AssertionError("the pattern matches an empty text too")
        self._position = match.start(1)
        if match[1] == bracket:
            self._position += 1
            return True
        if not is_first:
            if match[1] != ",":
                self._refuse("','")
            self._position = match.end()
        return False

    def _string(self) -> nodes.ScalarNode:
        match = _STRING.match(self._text, self._position)
        if match is None:
            self._refuse("text that ends with a double quote in the same line")
        try:
            content: str = json.loads(match[0]) if "\\" in match[1] else match[1]
        except ValueError:
            self._refuse("escapes as JSON has them, such as \\n and \\u00e9")
        node = nodes.ScalarNode(
            text=content,
            content=content,
            span=self._source.at(self._position),
            start=self._position,
            style='"',
        )
        self._position = match.end()
        return node

    def _word(self) -> nodes.ScalarNode:
        match = _WORD.match(self._text, self._position)
        if match is None:
            self._refuse("a JSON value")
        node = nodes.ScalarNode(
            text="" if match[0] == "null" else match[0],
            content=_read_word(match[0]),
            span=self._source.at(self._position),
            start=self._position,
        )
        self._position = match.end()
        return node

    def _take_colon(self) -> None:
        match = _COLON.match(self._text, self._position)
        if match is None:
            self._skip_blanks()
            self._refuse("':'")
        self._position = match.end()

    def _skip_blanks(self) -> None:
        match = _BLANK.match(self._text, self._position)
        self._position = match.end() if match else self._position

    def _refuse(self, expected: str) -> NoReturn:
        found = self._text[self._position : self._position + 10].split("\n")[0]
        shown = repr(found) if found else "the end of the line or file"
        self._reporter.error(
            "syntax",
            self._source.at(self._position),
            f"expected {expected}, found {shown}",
        )
        raise _Unusable


def _read_word(word: str) -> int | float | bool | None:
    words = {"null": None, "true": True, "false": False}
    if word in words:
        return words[word]
    try:
        return int(word)
    except ValueError:
        return float(word)
