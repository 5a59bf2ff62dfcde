"""A position among the words of an expression, and what may be read there."""

import math
import re
from typing import Final

from sightline.model import units
from sightline.promql import ast, lexing, operators, refusals, templating

__all__ = ["Cursor"]

_OCTAL: Final = re.compile(r"0[0-7]+")


class Cursor:
    """The words of an expression, read one after the other."""

    def __init__(self, filled: templating.Filled) -> None:
        self._filled = filled
        self._tokens = lexing.tokenize(filled.text)
        self._index = 0

    @property
    def _token(self) -> lexing.Token:
        return self._tokens[self._index]

    @property
    def _word(self) -> str:
        token = self._tokens[self._index]
        return token.text.lower() if token.kind == "word" else ""

    def _follows(self, symbol: str) -> bool:
        token = self._tokens[self._index]
        return token.kind == "symbol" and token.text == symbol

    def _peek(self) -> lexing.Token:
        return self._tokens[min(self._index + 1, len(self._tokens) - 1)]

    def _take(self) -> lexing.Token:
        token = self._tokens[self._index]
        self._index += 1
        return token

    def _take_if(self, symbol: str) -> bool:
        if self._follows(symbol):
            self._index += 1
            return True
        return False

    def _expect(self, symbol: str, where: str) -> lexing.Token:
        if not self._follows(symbol):
            raise self._unexpected(f"{symbol!r} {where}")
        return self._take()

    def _span(self, start: int) -> ast.Span:
        """Gives the span from `start` to the end of the last word read."""
        return self._filled.locate(start, self._tokens[self._index - 1].end)

    def _signed_number(self, where: str) -> float:
        sign = -1.0 if self._take_if("-") else 1.0
        if sign > 0:
            self._take_if("+")
        if self._token.kind not in {"number", "duration"}:
            if self._word in operators.NAMED_NUMBERS:
                return _signed(sign, operators.NAMED_NUMBERS[self._take().text.lower()])
            raise self._unexpected(f"a number or a duration {where}")
        return sign * self._number(self._take())

    def _number(self, token: lexing.Token) -> float:
        """Gives what a number says, or the seconds of a duration."""
        try:
            number = _read_number(token)
        except (ValueError, OverflowError):
            number = math.inf
        if math.isinf(number):
            raise refusals.InvalidExpression(
                f"expected a {token.kind}, found {refusals.show(token.text)}",
                self._place(token),
            )
        return number

    def _place(self, token: lexing.Token) -> ast.Span:
        return self._filled.locate(token.start, token.end)

    def _unexpected(self, wanted: str) -> refusals.InvalidExpression:
        token = self._token
        found = "the end" if token.kind == "end" else refusals.show(token.text)
        return refusals.InvalidExpression(
            f"expected {wanted}, found {found}", self._place(token)
        )

    def _not_analysed(self, what: str) -> refusals.NotAnalysed:
        return refusals.NotAnalysed(f"{what} is not analysed", self._place(self._token))


def _signed(sign: float, number: float) -> float:
    return number if math.isnan(number) else sign * number


def _read_number(token: lexing.Token) -> float:
    if token.kind == "duration":
        return units.Duration.parse(token.text).seconds
    text = token.text.replace("_", "")
    if text[:2].lower() == "0x":
        return float(int(text, 16))
    return float(int(text, 8)) if _OCTAL.fullmatch(text) else float(text)
