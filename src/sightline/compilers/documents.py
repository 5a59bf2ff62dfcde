"""Nested documents and their text: YAML and JSON, the same bytes every time.

The YAML writer knows the few forms that configuration needs, which makes it several
times quicker than a general one. What it writes, any YAML reader reads back.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import msgspec

__all__ = ["Document", "Rendered", "render_json", "render_yaml"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mapping that is YAML text already, with a final newline; it is indented."""

    text: str


Document: TypeAlias = (
    "bool | int | float | str | Sequence[Document] | Mapping[str, Document]"
    " | Rendered | None"
)
"""What YAML can hold, and but for `Rendered` JSON. Keys keep their order."""

_INDENT: Final = "  "
_SORTED: Final = msgspec.json.Encoder(order="sorted")

# Text that no reader takes for anything else: it begins like a word or a path, or
# is a duration such as 1h30m, and has no `: ` or ` #` inside.
_PLAIN: Final = re.compile(
    r"(?:[A-Za-z/_](?:[^\s:#]|:(?=\S)| (?=[^\s#])|(?<=\S)#)*|(?:\d+(?:ms|[dhms]))+)"
)
_RESERVED: Final = frozenset(
    {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
)
"""https://yaml.org/type/bool.html and https://yaml.org/type/null.html"""

_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def render_json(document: Document) -> str:
    """Gives `document` as indented JSON with sorted keys and a final newline.

    Its numbers are finite: JSON has no others.
    """
    # Three times as quick as the standard library, whose indenting is in Python.
    return msgspec.json.format(_SORTED.encode(document), indent=2).decode() + "\n"


def render_yaml(document: Document) -> str:
    """Gives `document` as YAML: natural key order, multi-line text as blocks."""
    return "\n".join(_block(document)) + "\n"


def _block(document: Document) -> list[str]:
    """Gives the lines of a document, without indentation of their own."""
    if isinstance(document, str) and _is_block_text(document):
        chomping = "" if document.endswith("\n") else "-"
        body = document.removesuffix("\n").split("\n")
        return [f"|{chomping}", *_indent(body)]
    if isinstance(document, Rendered):
        return document.text.removesuffix("\n").split("\n")
    if isinstance(document, Mapping) and document:
        return [line for pair in document.items() for line in _pair(*pair)]
    if isinstance(document, Sequence) and not isinstance(document, str) and document:
        return [line for item in document for line in _item(item)]
    return [_scalar(document)]


def _pair(key: str, document: Document) -> list[str]:
    first, *rest = _block(document)
    if isinstance(document, Mapping | list | tuple | Rendered) and document:
        return [f"{_text(key)}:", *_indent([first, *rest])]
    return [f"{_text(key)}: {first}", *_indent_text(document, rest)]


def _item(document: Document) -> list[str]:
    first, *rest = _block(document)
    if isinstance(document, str):
        return [f"- {first}", *rest]
    return [f"- {first}", *_indent(rest)]


def _indent_text(document: Document, lines: list[str]) -> list[str]:
    # The lines of a text block are indented once already, below their header.
    return lines if isinstance(document, str) else list(_indent(lines))


def _indent(lines: Iterable[str]) -> Iterable[str]:
    return (f"{_INDENT}{line}" if line else "" for line in lines)


def _is_block_text(text: str) -> bool:
    """Whether a literal block holds `text` as it is, and shows it better."""
    lines = text.removesuffix("\n").split("\n")
    return (
        "\n" in text
        and bool(lines[0] and lines[-1])
        and not lines[0].startswith(" ")
        and all(line.isprintable() for line in lines)
        and not any(line.isspace() for line in lines)
    )


def _scalar(document: Document) -> str:
    match document:
        case bool() | None:
            return json.dumps(document)
        case float():
            return _number(document)
        case str():
            return _text(document)
        case int():
            return str(document)
        case _:
            return "{}" if isinstance(document, Mapping) else "[]"


def _number(number: float) -> str:
    if math.isinf(number) or math.isnan(number):
        return {"inf": ".inf", "-inf": "-.inf", "nan": ".nan"}[str(number)]
    mantissa, exponent, power = repr(number).partition("e")
    # YAML 1.1 reads an exponent only behind a decimal point.
    return (
        mantissa + (".0" if exponent and "." not in mantissa else "") + exponent + power
    )


def _text(text: str) -> str:
    if not text.isprintable():
        return f'"{"".join(map(_escape, text))}"'
    if _PLAIN.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    quoted = text.replace("'", "''")
    return f"'{quoted}'"


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else f"\\U{ord(character):08x}"
