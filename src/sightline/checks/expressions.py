"""Expressions of rules and panels, parsed once, each with its way back to the file."""

from collections.abc import Iterator
from dataclasses import dataclass

from sightline.formats import texts
from sightline.model import spans
from sightline.promql import ast, parsing, refusals, templating, walking

__all__ = ["Expression", "Parser"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """One expression.

    Attributes:
        text: as it is written, with its place.
        tree: `None` when there is a `refusal` instead.
    """

    text: texts.Text
    tree: ast.Expression | None
    refusal: refusals.RefusedExpression | None = None

    def at(self, span: ast.Span) -> spans.Span:
        """Gives the place in the file of a stretch of the expression."""
        return self.text.place(span.start, span.end)

    def walk(self) -> Iterator[ast.Expression]:
        """Gives every node of the tree; none without a tree."""
        return iter(()) if self.tree is None else walking.walk(self.tree)

    def written(self, node: ast.Expression) -> str:
        """Gives a node as it is written, on one line."""
        stretch = self.text.text[node.span.start : node.span.end]
        return " ".join(stretch.split())


class Parser:
    """Parses each different expression once."""

    def __init__(self) -> None:
        self._rules: dict[str, _Parsed] = {}

    def parse(
        self, text: texts.Text, variables: templating.Variables | None = None
    ) -> Expression:
        """Gives the expression in a text of a rule, or of a panel with variables."""
        if variables is None:
            parsed = self._rules.get(text.text)
            if parsed is None:
                parsed = self._rules[text.text] = _parse(text.text, None)
        else:
            parsed = _parse(text.text, variables)
        return Expression(text=text, tree=parsed.tree, refusal=parsed.refusal)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parsed:
    tree: ast.Expression | None
    refusal: refusals.RefusedExpression | None


def _parse(text: str, variables: templating.Variables | None) -> _Parsed:
    try:
        return _Parsed(tree=parsing.parse(text, variables), refusal=None)
    except refusals.RefusedExpression as refusal:
        return _Parsed(tree=None, refusal=refusal)
