"""Two sides, or a query and its panel, that count in different units.

Why: seconds compared with milliseconds are a thousand times off, and no server says so.

Bad::

    http_request_duration_seconds_sum > on (job) request_timeout_milliseconds
    {"unit": "ms"}  # of a panel that shows seconds

Good::

    http_request_duration_seconds_sum * 1000 > on (job) request_timeout_milliseconds
    {"unit": "s"}
"""

import math
from collections.abc import Iterator, Mapping
from typing import Final

from sightline.checks import declarations, subjects
from sightline.model import findings
from sightline.promql import ast, dimensions, facts

__all__ = ["CHECK", "find"]

_ADDING: Final = ast.COMPARISONS | {
    ast.BinaryOperator.ADD,
    ast.BinaryOperator.SUBTRACT,
}
_PANEL_UNITS: Final[Mapping[str, dimensions.Unit]] = {
    "s": dimensions.SECONDS,
    "ms": dimensions.Unit.of("seconds", 1e-3),
    "µs": dimensions.Unit.of("seconds", 1e-6),
    "ns": dimensions.Unit.of("seconds", 1e-9),
    "dtdurations": dimensions.SECONDS,
    "dtdurationms": dimensions.Unit.of("seconds", 1e-3),
    "bytes": dimensions.BYTES,
    "decbytes": dimensions.BYTES,
    "kbytes": dimensions.Unit.of("bytes", 1024.0),
    "mbytes": dimensions.Unit.of("bytes", 1024.0**2),
}
"""https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts"""

_MEASURED: Final = frozenset({"seconds", "bytes"})


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives operators and panels at which two known units meet that differ."""
    for rule in (*subject.rules, *subject.queries):
        yield from _operators(subject, rule)
    for query in subject.queries:
        yield from _panel(subject, query)


def _operators(
    subject: subjects.Subject, one: subjects.Alert | subjects.Record | subjects.Query
) -> Iterator[declarations.Problem]:
    found = subject.knowledge.infer(one.expression)
    if found is None:
        return
    for node in one.expression.nodes:
        if not isinstance(node, ast.Binary) or node.operator not in _ADDING:
            continue
        left, right = _unit(found.at(node.left)), _unit(found.at(node.right))
        if left is None or right is None or not _differ(left, right):
            continue
        yield declarations.Problem(
            span=one.expression.at(node.operator_span),
            message=f"expected the same unit on both sides of `{node.operator}`, found "
            f"{left} and {right}",
            hint="convert one of them",
        )


def _panel(
    subject: subjects.Subject, query: subjects.Query
) -> Iterator[declarations.Problem]:
    panel = query.panel
    if panel is None or panel.unit is None:
        return
    shown = _PANEL_UNITS.get(panel.unit.text)
    result = subject.knowledge.result(query.expression)
    measured = None if result is None else _unit(result)
    if shown is None or measured is None or not _differ(shown, measured):
        return
    yield declarations.Problem(
        span=panel.unit.span,
        message=f"expected the unit of the query in {panel.title!r}, which is "
        f"{measured}, found {panel.unit.text!r}",
        hint="convert the query, or choose the unit that it has",
    )


def _unit(fact: facts.Fact) -> dimensions.Unit | None:
    """Gives the unit of series; that of a plain number fits everything."""
    return fact.unit if isinstance(fact, facts.Vector) and fact.is_known else None


def _differ(left: dimensions.Unit, right: dimensions.Unit) -> bool:
    """Whether two measured units cannot be the same; counts are no unit."""
    if not (_is_measured(left) and _is_measured(right)):
        return False
    return left.powers != right.powers or not math.isclose(
        left.scale, right.scale, rel_tol=0.05
    )


def _is_measured(unit: dimensions.Unit) -> bool:
    match unit.powers:
        case ((name, 1),):
            return name in _MEASURED
        case _:
            return False


CHECK: Final = declarations.Check(
    name="unit-mismatch",
    summary="two sides, or a query and its panel, in different units",
    severity=findings.FindingSeverity.WARNING,
    find=find,
    precision=declarations.Precision(judged=3, right=3),
)
