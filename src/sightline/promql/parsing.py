"""From text to tree.

`parse` reads all of PromQL that Prometheus 3 has without flags, and says of the rest
either what is wrong with it (`InvalidExpression`) or that it is valid but not looked
at (`NotAnalysed`). Both carry the reason and the span::

    try:
        tree = parsing.parse(rule.expr)
    except parsing.InvalidExpression as mistake:
        report(mistake.reason, mistake.span)
    except parsing.NotAnalysed as unknown:
        not_checked(unknown.reason, unknown.span)
"""

from typing import Final

from sightline.promql import ast, grammar, templating, valuetypes
from sightline.promql.refusals import (
    InvalidExpression,
    NotAnalysed,
    RefusedExpression,
)

__all__ = [
    "MAXIMUM_LENGTH",
    "InvalidExpression",
    "NotAnalysed",
    "RefusedExpression",
    "parse",
]

MAXIMUM_LENGTH: Final = 200_000
"""How many characters an expression may have."""


def parse(text: str, variables: templating.Variables | None = None) -> ast.Expression:
    """Gives the tree of `text`; spans count its characters.

    Args:
        text: one expression, on as many lines as it likes.
        variables: what stands for the variables of a Grafana dashboard outside of
            quotes, by name; `templating.GRAFANA` has the built-in ones. Within
            quotes a variable stays, and its matcher is marked as templated. `None`
            where there are no variables, as in a rule file.

    Raises:
        InvalidExpression: when Prometheus would refuse `text`.
        NotAnalysed: when it is valid, but beyond what is read here.
    """
    if len(text) > MAXIMUM_LENGTH:
        raise NotAnalysed(
            f"longer than {MAXIMUM_LENGTH:,} characters", ast.Span(0, MAXIMUM_LENGTH)
        )
    tree = grammar.Parser(templating.fill(text, variables)).parse()
    valuetypes.check(tree)
    return tree
