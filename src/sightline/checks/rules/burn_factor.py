"""A burn-rate alert that even a total outage cannot reach.

Why: an error ratio is at most 1, so a budget of 10 % burns at most ten times too fast.
A factor of 14.4 on it is a threshold of 1.44: the alert is loaded, healthy and dead.

Bad::

    job:errors:ratio1h > 14.4 * 0.1

Good::

    job:errors:ratio1h > 6 * 0.1
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.model import findings
from sightline.promql import ast, folding, walking

__all__ = ["CHECK", "find"]

_ABOVE: Final = frozenset(
    {ast.BinaryOperator.GREATER, ast.BinaryOperator.GREATER_EQUAL}
)

_LARGEST_BUDGET: Final = 0.5
"""Of an objective for the median; more than that is a share of some limit."""


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives thresholds that are a factor times a budget and reach 1."""
    for alert in subject.alerts:
        for node in alert.expression.nodes:
            match node:
                case ast.Binary(operator=operator, right=right) if operator in _ABOVE:
                    product = walking.bare(right)
                case _:
                    continue
            parts = _factor_and_budget(product)
            if parts is not None and parts[0] * parts[1] >= 1:
                factor, budget = parts
                yield declarations.Problem(
                    span=alert.expression.at(right.span),
                    message=f"expected a burn factor below {1 / budget:.4g}, the most "
                    f"that a budget of {budget:.4g} can burn at, found {factor:.4g}",
                    hint="drop this tier, or lower the factor",
                )


def _factor_and_budget(node: ast.Expression) -> tuple[float, float] | None:
    """Gives both parts of a product of a factor of 1 or more and an error budget."""
    if not isinstance(node, ast.Binary):
        return None
    if node.operator is not ast.BinaryOperator.MULTIPLY:
        return None
    numbers = sorted(
        number
        for part in (node.left, node.right)
        if (number := folding.fold(part)) is not None
    )
    match numbers:
        case [budget, factor] if 0 < budget <= _LARGEST_BUDGET and factor >= 1:
            return factor, budget
        case _:
            return None


CHECK: Final = declarations.Check(
    name="burn-factor",
    summary="a burn-rate alert that even a total outage cannot reach",
    severity=findings.FindingSeverity.ERROR,
    find=find,
)
