"""A share of a limit that may be zero.

Why: something divided by zero is +Inf, which is above every threshold. Zero is how
several exporters say "no limit", so the alert fires for all that has none.

Bad::

    container_memory_working_set_bytes / container_spec_memory_limit_bytes > 0.85

Good::

    container_memory_working_set_bytes / (container_spec_memory_limit_bytes > 0) > 0.85

It knows the metrics whose zero is documented to mean "none".
"""

import re
from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.model import findings
from sightline.promql import ast, folding, walking

__all__ = ["CHECK", "find"]

_ABOVE: Final = frozenset(
    {ast.BinaryOperator.GREATER, ast.BinaryOperator.GREATER_EQUAL}
)
_MAY_BE_NONE: Final = re.compile(
    r"container_spec_(?:memory_(?:swap_|reservation_)?limit_bytes|cpu_quota)"
    r"|redis_(?:memory_max_bytes|config_maxmemory)"
    r"|.*_maxmemory(?:_bytes)?|.*_(?:memory|storage)_quota(?:_bytes)?"
)


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives divisions by a limit that may be none, in conditions upwards."""
    for alert in subject.alerts:
        if alert.expression.tree is None:
            continue
        guarded = _guarded(alert.expression.tree)
        for node in alert.expression.nodes:
            match node:
                case ast.Binary(operator=operator, left=left) if operator in _ABOVE:
                    divisions = [
                        inner
                        for inner in walking.walk(left)
                        if isinstance(inner, ast.Binary)
                        and inner.operator is ast.BinaryOperator.DIVIDE
                    ]
                case _:
                    continue
            for division in divisions:
                limit = _limit(division.right)
                if limit is not None and limit.metric not in guarded:
                    yield declarations.Problem(
                        span=alert.expression.at(limit.span),
                        message=f"expected a divisor that is not zero, found "
                        f"{limit.metric}, which is 0 where there is no limit",
                        hint=f"divide by `({alert.expression.written(limit)} > 0)`",
                    )


def _limit(node: ast.Expression) -> ast.VectorSelector | None:
    """Gives the limit that a divisor is, with nothing taken out of it."""
    match walking.bare(node):
        case ast.VectorSelector(metric=str(name)) as selector:
            return selector if _MAY_BE_NONE.fullmatch(name) else None
        case ast.Aggregate(operand=operand):
            return _limit(operand)
        case _:
            return None


def _guarded(tree: ast.Expression) -> frozenset[str]:
    """Gives the metrics that are compared with zero somewhere in the expression."""
    return frozenset(
        selector.metric
        for node in walking.walk(tree)
        if isinstance(node, ast.Binary)
        and node.operator in {*_ABOVE, ast.BinaryOperator.NOT_EQUAL}
        and folding.fold(node.right) == 0
        for selector in walking.selectors(node.left)
        if selector.metric is not None
    )


CHECK: Final = declarations.Check(
    name="division-by-zero",
    summary="a share of a limit that may be zero",
    severity=findings.FindingSeverity.WARNING,
    find=find,
    precision=declarations.Precision(judged=5, right=5),
)
