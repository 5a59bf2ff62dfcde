"""A rule makes a series for each of unboundedly many things.

Why: one series for each user, address or request fills the memory of the server, and as
an alert it is one page for each. What single ones did belongs in logs; metrics hold how
many.

Bad::

    sum by (user_id) (rate(login_failures_total[5m]))

Good::

    count(sum by (user_id) (rate(login_failures_total[5m])) > 1)
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.model import findings
from sightline.promql import ast, walking

__all__ = ["CHECK", "find"]

_UNBOUNDED: Final = frozenset(
    {
        "client_ip", "correlation_id", "email", "ip", "ip_address", "remote_addr",
        "remote_ip", "request_id", "session", "session_id", "source_ip", "span_id",
        "src_ip", "trace_id", "user_agent", "user_email", "user_id", "userid",
        "username", "uuid",
    }
)  # fmt: skip
"""Labels that have as many values as there are people, addresses or requests."""

_FEW: Final = frozenset({ast.AggregateOperator.TOPK, ast.AggregateOperator.BOTTOMK})


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives rules whose result has a label without bounds."""
    for rule in subject.rules:
        if rule.expression.tree is None:
            continue
        grouped = _outermost(rule.expression.tree)
        if grouped is None or grouped.grouping is None or grouped.grouping.is_without:
            continue
        for label in grouped.grouping.labels:
            if label in _UNBOUNDED:
                yield declarations.Problem(
                    span=rule.expression.at(grouped.grouping.span),
                    message=f"expected labels with a bounded number of values, found "
                    f"{label!r}",
                    hint="count over it, or take the few highest with topk",
                )


def _outermost(node: ast.Expression) -> ast.Aggregate | None:
    """Gives the aggregation that decides how many series the result has."""
    match walking.bare(node):
        case ast.Aggregate(operator=operator) as found:
            return None if operator in _FEW else found
        case ast.Binary(left=left, right=right):
            return _outermost(left) or _outermost(right)
        case ast.Unary(operand=operand):
            return _outermost(operand)
        case _:
            return None


CHECK: Final = declarations.Check(
    name="unbounded-label",
    summary="a rule that makes a series for each of unboundedly many things",
    severity=findings.FindingSeverity.WARNING,
    find=find,
)
