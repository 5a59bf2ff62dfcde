"""A condition that no data can meet, or that any data meets.

Why: such an alert is loaded, healthy, green in every list, and dead; or it fires for
ever and teaches people to look away.

Bad::

    up > 1
    histogram_quantile(0.95, …) > 15      # the last bucket ends at 10
    sum(rate(errors[5m])) / sum(rate(all[5m])) > 5

Good::

    up == 0
    histogram_quantile(0.95, …) > 5
    sum(rate(errors[5m])) / sum(rate(all[5m])) > 0.05
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.model import findings
from sightline.promql import ast, inference, intervals, walking

__all__ = ["CHECK", "find"]


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives the comparisons of alerts whose outcome is certain."""
    for alert in subject.alerts:
        found = subject.knowledge.infer(alert.expression)
        if found is None:
            continue
        for node in _conditions(found.tree):
            said = _certain(node, found, is_all=node is walking.bare(found.tree))
            if said is not None:
                yield declarations.Problem(
                    span=alert.expression.at(node.span),
                    message=f"expected a condition that some data meets and some do "
                    f"not, found one that {said}",
                    hint="compare the threshold with the unit and the range of what "
                    "is measured",
                )


def _conditions(tree: ast.Expression) -> Iterator[ast.Binary]:
    """Gives the comparisons that decide whether there is an alert."""
    node = walking.bare(tree)
    if not isinstance(node, ast.Binary):
        return
    if node.operator in {ast.BinaryOperator.AND, ast.BinaryOperator.OR}:
        yield from _conditions(node.left)
        yield from _conditions(node.right)
    elif node.operator is ast.BinaryOperator.UNLESS:
        yield from _conditions(node.left)
    elif node.operator in ast.COMPARISONS and not node.returns_bool:
        yield node


def _certain(
    node: ast.Binary, found: inference.Inference, *, is_all: bool
) -> str | None:
    """Says how a comparison always turns out; `None` when that depends.

    One that always holds is harmless where something else decides: another condition,
    a filter within, or that there is anything to count, or to compare at all, as in
    `absent(x) == 1`.
    """
    comparison = found.comparison(node)
    if comparison is None or not any(walking.selectors(node.left)):
        return None
    met = f"{_say(comparison.left)} {node.operator} {_say(comparison.right)}"
    match comparison.outcome:
        case intervals.Outcome.NEVER:
            return f"is never true: {met}"
        case intervals.Outcome.ALWAYS if (
            is_all and comparison.left.constant is None and not _decides(node.left)
        ):
            return f"is always true: {met}"
        case _:
            return None


def _say(interval: intervals.Interval) -> str:
    constant = interval.constant
    # A zero is shown without its sign.
    return str(interval) if constant is None else f"{constant + 0.0:g}"


def _decides(node: ast.Expression) -> bool:
    """Whether something in a measure leaves series out, or counts them."""
    return any(
        (isinstance(inner, ast.Binary) and inner.operator in _LEAVING_OUT)
        or (
            isinstance(inner, ast.Aggregate)
            and inner.operator is ast.AggregateOperator.COUNT
        )
        for inner in walking.walk(node)
    )


_LEAVING_OUT: Final = ast.COMPARISONS | {
    ast.BinaryOperator.AND,
    ast.BinaryOperator.UNLESS,
}

CHECK: Final = declarations.Check(
    name="constant-condition",
    summary="a condition that is never or always true",
    severity=findings.FindingSeverity.ERROR,
    find=find,
    precision=declarations.Precision(judged=7, right=7),
)
