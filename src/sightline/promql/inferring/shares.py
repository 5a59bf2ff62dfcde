"""Quotients that are shares of a whole, and therefore between 0 and 1.

A quotient of two ranges knows nothing of what the two have to do with each other.
Where every number above is also counted below, the quotient is at most 1: errors
among all requests, hits among hits and misses. That is only said when it is certain:
the same metric, with matchers that restrict those below, in the same window, grouped
and matched by the same labels, and nothing in it below zero.
"""

from collections.abc import Callable, Iterator
from typing import Final

from sightline.promql import ast, walking

__all__ = ["is_share"]

_PER_SERIES: Final = frozenset(
    {
        "avg_over_time",
        "count_over_time",
        "increase",
        "irate",
        "last_over_time",
        "max_over_time",
        "min_over_time",
        "rate",
        "sum_over_time",
    }
)
"""Functions that make of each series what does not depend on the others."""

_ADDING: Final = frozenset({ast.AggregateOperator.SUM, ast.AggregateOperator.COUNT})
"""Aggregations that give more for more series."""


def is_share(node: ast.Binary, is_natural: Callable[[ast.Expression], bool]) -> bool:
    """Says whether `node` certainly divides a part by a whole.

    Args:
        node: any operation.
        is_natural: says of a part of the tree that it is never below zero.
    """
    if node.operator is not ast.BinaryOperator.DIVIDE or node.fill is not None:
        return False
    part, whole = walking.bare(node.left), walking.bare(node.right)
    terms = list(_terms(whole))
    if not (is_natural(part) and all(map(is_natural, terms))):
        return False
    return any(
        _joins_equals(node.matching, part, term) and _is_part(part, term)
        for term in terms
    )


def _terms(whole: ast.Expression) -> Iterator[ast.Expression]:
    """Gives the whole, and what it is a sum of where partners agree in all labels."""
    whole = walking.bare(whole)
    yield whole
    match whole:
        case ast.Binary(operator=ast.BinaryOperator.ADD, matching=None, fill=None):
            yield from _terms(whole.left)
            yield from _terms(whole.right)
        case _:
            pass


def _joins_equals(
    matching: ast.Matching | None, part: ast.Expression, whole: ast.Expression
) -> bool:
    """Whether each part meets the whole that it is counted in."""
    if not (isinstance(part, ast.Aggregate) and isinstance(whole, ast.Aggregate)):
        return matching is None
    above, below = _by(part.grouping), _by(whole.grouping)
    if above is None or below is None:
        return matching is None and part.grouping == whole.grouping
    if matching is None:
        return above == below
    if matching.is_ignoring or set(matching.labels) != below or not below <= above:
        return False
    if matching.group is None:
        return above == below
    return matching.group.many is ast.Side.LEFT


def _by(grouping: ast.Grouping | None) -> frozenset[str] | None:
    """Gives the labels that an aggregation keeps; `None` for `without`."""
    if grouping is None:
        return frozenset()
    return None if grouping.is_without else frozenset(grouping.labels)


def _is_part(part: ast.Expression, whole: ast.Expression) -> bool:
    """Whether the series of `part` are among those of `whole`, with equal numbers."""
    part, whole = walking.bare(part), walking.bare(whole)
    match part, whole:
        case ast.Aggregate(), ast.Aggregate():
            return (
                part.operator is whole.operator
                and part.operator in _ADDING
                and _is_part(part.operand, whole.operand)
            )
        case ast.Call(arguments=(inner,)), ast.Call(arguments=(outer,)):
            return (
                part.function == whole.function
                and part.function in _PER_SERIES
                and _is_part(inner, outer)
            )
        case ast.MatrixSelector(), ast.MatrixSelector():
            return part.range_seconds == whole.range_seconds and _restricts(
                part.selector, whole.selector
            )
        case ast.VectorSelector(), ast.VectorSelector():
            return _restricts(part, whole)
        case ast.Binary(right=ast.Number(), returns_bool=False), _:
            is_filter = part.operator in ast.COMPARISONS
            return is_filter and _is_part(part.left, whole)
        case _:
            return False


def _restricts(part: ast.VectorSelector, whole: ast.VectorSelector) -> bool:
    if part.offset_seconds != whole.offset_seconds or part.at != whole.at:
        return False
    above = set(part.matchers)
    if _is_bucket_of(part, whole):
        above = {matcher for matcher in above if matcher.label != "le"}
    elif part.metric is None or part.metric != whole.metric:
        return False
    return set(whole.matchers) <= above


def _is_bucket_of(part: ast.VectorSelector, whole: ast.VectorSelector) -> bool:
    """Whether one bucket of a histogram is held against all that it counted."""
    above, below = part.metric, whole.metric
    if above is None or below is None or not above.endswith("_bucket"):
        return False
    bounds = [matcher for matcher in part.matchers if matcher.label == "le"]
    return below == above.removesuffix("_bucket") + "_count" and any(
        bound.operator is ast.MatchOperator.EQUAL and not bound.is_templated
        for bound in bounds
    )
