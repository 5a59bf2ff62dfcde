"""The words of an expression, each with its place."""

import re
import sys
from typing import Final, NamedTuple

from sightline.promql import ast, refusals

__all__ = ["Token", "Tokens", "tokenize", "unquote"]


class Token(NamedTuple):
    """A word and where it stands.

    Attributes:
        kind: `word`, `number`, `duration`, `string`, `symbol` or `end`.
        text: as written, strings with their quotes.
    """

    kind: str
    text: str
    start: int
    end: int


Tokens = list[Token]

_WORDS: Final = re.compile(
    r"""
    (?P<space> (?:\s+|\#[^\n]*)+ )
    # A colon before a number separates the range of a subquery from its step.
  | (?P<word> (?:[A-Za-z_]|:(?=[A-Za-z_:])) [A-Za-z0-9_:]* )
  | (?P<duration> (?:\d+(?:ms|[smhdwy]))+ (?![A-Za-z0-9_]) )
  | (?P<number> (?: 0[xX][0-9a-fA-F_]+
                  | (?: \d[\d_]*(?:\.[\d_]*)? | \.\d[\d_]* ) (?:[eE][+-]?\d[\d_]*)? )
                (?![A-Za-z0-9_]) )
  | (?P<string> "(?:[^"\\\n]|\\[^\n])*" | '(?:[^'\\\n]|\\[^\n])*' | `[^`]*` )
  | (?P<symbol> =~|!~|==|!=|<=|>=|</|>/|[-+*/%^=<>(){}\[\],@:] )
    """,
    re.VERBOSE | re.ASCII,
)

_ESCAPE: Final = re.compile(
    r"\\(?:([abfnrtv\\'\"])|x([0-9a-fA-F]{2})|([0-7]{3})"
    r"|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.?))",
    re.DOTALL,
)
_ESCAPED: Final = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}


def tokenize(text: str) -> Tokens:
    """Gives the words of `text`, without spaces and comments, and one for its end.

    Raises:
        InvalidExpression: when a character or a string has no meaning.
    """
    tokens: Tokens = []
    position = 0
    for found in _WORDS.finditer(text):
        start, kind = found.start(), found.lastgroup
        if start != position:
            break
        position = found.end()
        if kind != "space":
            tokens.append(Token(str(kind), found[0], start, position))
    if position != len(text):
        raise _unexpected(text, position)
    tokens.append(Token("end", "", position, position))
    return tokens


def unquote(token: Token) -> str:
    """Gives the text of a string, its escapes resolved as Go resolves them.

    Raises:
        InvalidExpression: when an escape has no meaning.
    """
    quote, body = token.text[0], token.text[1:-1]
    if quote == "`" or "\\" not in body:
        return body

    def resolve(found: re.Match[str]) -> str:
        simple, *codes, unknown = found.groups()
        if simple is not None and simple not in {"'", '"'} - {quote}:
            return _ESCAPED.get(simple, simple)
        for code, base in zip(codes, (16, 8, 16, 16), strict=True):
            if code is not None and _is_character(int(code, base)):
                return chr(int(code, base))
        start = token.start + 1 + found.start()
        raise refusals.InvalidExpression(
            f"expected an escape such as \\n or \\\\, found {found[0]!r}"
            + ("" if unknown is None else ": a backslash is written twice"),
            ast.Span(start, start + len(found[0])),
        )

    return _ESCAPE.sub(resolve, body)


def _is_character(code: int) -> bool:
    """Whether a code point is one of its own, and not half of a pair."""
    return code <= sys.maxunicode and not _SURROGATES[0] <= code <= _SURROGATES[1]


_SURROGATES: Final = (0xD800, 0xDFFF)


def _unexpected(text: str, position: int) -> refusals.InvalidExpression:
    if text[position] in "\"'`":
        reason = "expected the closing quote of this string, found none"
        return refusals.InvalidExpression(reason, ast.Span(position, len(text)))
    if text[position].isdigit():
        stretch = re.compile(r"[\w.]+").match(text, position)
        word = text[position] if stretch is None else stretch[0]
        reason = f"expected a number or a duration, found {refusals.show(word)}"
        return refusals.InvalidExpression(
            reason, ast.Span(position, position + len(word))
        )
    reason = f"expected PromQL, found the character {text[position]!r}"
    return refusals.InvalidExpression(reason, ast.Span(position, position + 1))
