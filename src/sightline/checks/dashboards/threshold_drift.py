"""A panel turns red at another number than its alert fires at.

Why: the panel says 80 %, the rule says 85 %: between the two a dashboard is red and
nobody is paged, or somebody is paged and the dashboard is green. Either way nobody
believes the other one any more.

Bad::

    # rule
    expr: node_memory_used:ratio > 0.85
    # panel of node_memory_used:ratio
    "thresholds": {"steps": [{"value": null}, {"value": 0.8}]}

Good: one number, in both.

A panel and an alert belong together when they ask the same question: the same
expression, whatever its layout, the variables of the dashboard and a factor of 100.
"""

import dataclasses
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sightline.checks import declarations, subjects
from sightline.formats import dashboards
from sightline.model import findings
from sightline.promql import ast, folding, walking

__all__ = ["CHECK", "find"]

_SIZED: Final = frozenset(
    {
        ast.BinaryOperator.GREATER,
        ast.BinaryOperator.GREATER_EQUAL,
        ast.BinaryOperator.LESS,
        ast.BinaryOperator.LESS_EQUAL,
    }
)
_EDITORS_DEFAULT: Final = (80.0,)
"""What Grafana's editor gives a new panel: nobody meant it."""

_ANY_RANGE: Final = 1.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Limit:
    """A number that an alert compares a measure with.

    Attributes:
        is_exceeded: the alert fires above it, a panel's colour begins at it: of whole
            numbers the colour may as well begin at the next one.
    """

    number: float
    is_exceeded: bool
    alert: subjects.Alert

    def is_at(self, step: float, factor: float) -> bool:
        """Whether a panel's step, in units of `factor`, is this number."""
        steps = [self.number]
        if self.is_exceeded and self.number.is_integer():
            steps.append(self.number + 1)
        return any(math.isclose(step, one * factor, rel_tol=1e-6) for one in steps)


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives panels none of whose thresholds is a limit of the alerts on their query."""
    drawn = tuple(_drawn(subject))
    limits = _limits(subject.alerts) if drawn else {}
    for panel, tree in drawn:
        steps = tuple(step.content for step in panel.thresholds)
        measure, factor = _unscaled(tree)
        wanted = limits.get(_normal(measure), [])
        if not wanted or any(
            limit.is_at(step, factor) for step in steps for limit in wanted
        ):
            continue
        nearest = wanted[0]
        found = ", ".join(f"{step:g}" for step in steps)
        yield declarations.Problem(
            span=panel.thresholds[0].span,
            message=f"expected a threshold at {nearest.number * factor:g}, where "
            f"{nearest.alert.name} fires ({nearest.alert.expression.text.span}), "
            f"found {found}",
            hint="keep one number for the panel and the alert",
        )


def _drawn(
    subject: subjects.Subject,
) -> Iterator[tuple[dashboards.Panel, ast.Expression]]:
    """Gives the panels with thresholds that somebody has chosen, and their queries."""
    for query in subject.queries:
        panel, tree = query.panel, query.expression.tree
        if panel is None or tree is None or panel.is_percentage:
            continue
        steps = tuple(step.content for step in panel.thresholds)
        if steps and steps != _EDITORS_DEFAULT:
            yield panel, tree


def _limits(
    alerts: Iterable[subjects.Alert],
) -> Mapping[ast.Expression, list[_Limit]]:
    """Gives the numbers at which alerts fire, by what they measure."""
    limits: defaultdict[ast.Expression, list[_Limit]] = defaultdict(list)
    for alert in alerts:
        for measure, number, operator in _compared(alert.expression.tree):
            limit = _Limit(
                number=number,
                is_exceeded=operator is ast.BinaryOperator.GREATER,
                alert=alert,
            )
            normal = _normal(measure)
            for key in {normal, _any_range(normal)}:
                limits[key].append(limit)
    return limits


def _compared(
    tree: ast.Expression | None,
) -> Iterator[tuple[ast.Expression, float, ast.BinaryOperator]]:
    """Gives the measures that an expression compares with a number, and how."""
    match None if tree is None else walking.bare(tree):
        case ast.Binary(operator=ast.BinaryOperator.AND, left=left):
            yield from _compared(left)
        case ast.Binary(operator=operator, left=left, right=right) if (
            operator in _SIZED
        ):
            number = folding.fold(right)
            if number is not None:
                measure, factor = _unscaled(left)
                yield measure, number / factor, operator
        case _:
            return


def _unscaled(tree: ast.Expression) -> tuple[ast.Expression, float]:
    """Gives what is multiplied by a number, and that number."""
    node = walking.bare(tree)
    if isinstance(node, ast.Binary) and node.operator is ast.BinaryOperator.MULTIPLY:
        for measure, factor in ((node.left, node.right), (node.right, node.left)):
            number = folding.fold(factor)
            if number and folding.fold(measure) is None:
                return measure, number
    return node, 1.0


def _normal(tree: ast.Expression) -> ast.Expression:
    """Gives the tree without parentheses and variables, matchers in order."""
    return walking.transform(walking.bare(tree), _normalize)


def _normalize(node: ast.Expression) -> ast.Expression:
    match node:
        case ast.Parenthesis(operand=operand):
            return operand
        case ast.VectorSelector(matchers=matchers):
            fixed = tuple(
                sorted(
                    (matcher for matcher in matchers if not matcher.is_templated),
                    key=lambda one: (one.label, one.operator, one.pattern),
                )
            )
            is_normal = fixed == matchers
            return node if is_normal else dataclasses.replace(node, matchers=fixed)
        case ast.MatrixSelector(is_range_templated=True):
            return dataclasses.replace(
                node, range_seconds=_ANY_RANGE, is_range_templated=False
            )
        case ast.Aggregate(grouping=grouping) if grouping is not None:
            labels = tuple(sorted(grouping.labels))
            by = dataclasses.replace(grouping, labels=labels)
            return node if by == grouping else dataclasses.replace(node, grouping=by)
        case _:
            return node


def _any_range(tree: ast.Expression) -> ast.Expression:
    """Gives the tree with every range as a variable would leave it."""

    def widen(node: ast.Expression) -> ast.Expression:
        if isinstance(node, ast.MatrixSelector):
            return dataclasses.replace(node, range_seconds=_ANY_RANGE)
        return node

    return walking.transform(tree, widen)


CHECK: Final = declarations.Check(
    name="threshold-drift",
    summary="a panel turns red at another number than its alert fires at",
    severity=findings.FindingSeverity.WARNING,
    find=find,
    precision=declarations.Precision(judged=2, right=2),
)
