"""Expressions of rules and panels, parsed once, each with its way back to the file."""

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
        nodes: every node of the tree, from the outside in; none without a tree.
    """

    text: texts.Text
    tree: ast.Expression | None
    refusal: refusals.RefusedExpression | None = None
    nodes: tuple[ast.Expression, ...] = ()

    def at(self, span: ast.Span) -> spans.Span:
        """Gives the place in the file of a stretch of the expression."""
        return self.text.place(span.start, span.end)

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
        return Expression(
            text=text, tree=parsed.tree, refusal=parsed.refusal, nodes=parsed.nodes
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parsed:
    tree: ast.Expression | None
    refusal: refusals.RefusedExpression | None
    nodes: tuple[ast.Expression, ...] = ()


def _parse(text: str, variables: templating.Variables | None) -> _Parsed:
    try:
        tree = parsing.parse(text, variables)
    except refusals.RefusedExpression as refusal:
        return _Parsed(tree=None, refusal=refusal)
    return _Parsed(tree=tree, refusal=None, nodes=tuple(walking.walk(tree)))
