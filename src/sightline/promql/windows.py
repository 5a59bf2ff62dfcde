"""How far back into the past an expression reads."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sightline.model import units
from sightline.promql import ast, parsing, walking

__all__ = ["Reading", "longest_lookback", "longest_offset", "readings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The stretch of the past that one selector reads.

    Attributes:
        node: the selector, with its range when it has one.
        range_seconds: the range of `node`; `None` for the newest sample alone.
        offset_seconds: how far its end lies in the past, the offsets of the
            subqueries around it included. Offsets towards the future do not count.
        lookback_seconds: the age of the oldest sample that it can read. The few
            minutes for which an instant selector looks back are not counted.
        step_seconds: the step of the innermost subquery around it; `None` without
            one, and where the server's evaluation interval decides.
        is_templated: a Grafana variable decides one of the ranges.
    """

    node: ast.VectorSelector | ast.MatrixSelector
    range_seconds: float | None
    offset_seconds: float
    lookback_seconds: float
    step_seconds: float | None
    is_templated: bool

    @property
    def selector(self) -> ast.VectorSelector:
        """The selector without its range."""
        node = self.node
        return node if isinstance(node, ast.VectorSelector) else node.selector


def readings(tree: ast.Expression) -> Iterator[Reading]:
    """Gives what each selector of `tree` reads, in the order of the text."""
    waiting: list[tuple[ast.Expression, tuple[ast.Subquery, ...]]] = [(tree, ())]
    while waiting:
        node, around = waiting.pop()
        match node:
            case ast.VectorSelector() | ast.MatrixSelector():
                yield _reading(node, around)
            case ast.Subquery():
                waiting.append((node.operand, (*around, node)))
            case _:
                parts = reversed(walking.children(node))
                waiting.extend((part, around) for part in parts)


@functools.lru_cache(maxsize=4096)
def longest_lookback(expr: str) -> units.Duration:
    """Gives the age of the oldest sample that `expr` can read: ranges and offsets.

    A range inside a subquery adds to it. The few minutes for which an instant
    selector looks back are not counted.

    Raises:
        RefusedExpression: when `expr` has no tree.
    """
    return _longest(expr, lambda reading: reading.lookback_seconds)


def longest_offset(expr: str) -> units.Duration:
    """Gives the age that history must have before `expr` can have a result.

    A range over a short history is merely incomplete; an offset beyond it is empty.

    Raises:
        RefusedExpression: when `expr` has no tree.
    """
    return _longest(expr, lambda reading: reading.offset_seconds)


def _longest(expr: str, measure: Callable[[Reading], float]) -> units.Duration:
    found = map(measure, readings(parsing.parse(expr)))
    return units.Duration.of_seconds(max(found, default=0.0))


def _reading(
    node: ast.VectorSelector | ast.MatrixSelector, around: tuple[ast.Subquery, ...]
) -> Reading:
    if isinstance(node, ast.MatrixSelector):
        selector, window = node.selector, node.range_seconds
    else:
        selector, window = node, None
    # A negative offset reads newer samples, never older ones.
    offset = _past(selector) + sum(map(_past, around))
    ranges = (window or 0.0) + sum(subquery.range_seconds for subquery in around)
    return Reading(
        node=node,
        range_seconds=window,
        offset_seconds=offset,
        lookback_seconds=offset + ranges,
        step_seconds=around[-1].step_seconds if around else None,
        is_templated=any(
            part.is_range_templated
            for part in (node, *around)
            if not isinstance(part, ast.VectorSelector)
        ),
    )


def _past(node: ast.VectorSelector | ast.Subquery) -> float:
    return max(node.offset_seconds, 0.0)
