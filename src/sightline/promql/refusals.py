"""Why an expression has no tree: it is wrong, or it is beyond what is analysed."""

from sightline.promql import ast

__all__ = ["InvalidExpression", "NotAnalysed", "RefusedExpression", "show"]

_LONGEST = 60


def show(text: str) -> str:
    """Gives a text in quotes, as a message shows it: long ones without their end."""
    return repr(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")


class RefusedExpression(ValueError):
    """An expression that has no tree.

    Attributes:
        reason: what was expected and what was found, without the place.
        span: where in the text.
    """

    def __init__(self, reason: str, span: ast.Span) -> None:
        super().__init__(f"{reason}, at character {span.start + 1}")
        self.reason = reason
        self.span = span

    @property
    def position(self) -> int:
        """The character at which it went wrong, counted from 0."""
        return self.span.start


class InvalidExpression(RefusedExpression):
    """Text that Prometheus would refuse too."""


class NotAnalysed(RefusedExpression):
    """Text that may well be valid, in a part of PromQL that is not looked at here.

    It is neither right nor wrong: whoever meets it says "not checked".
    """
