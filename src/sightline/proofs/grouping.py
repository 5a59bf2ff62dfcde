"""Aggregations over estimated vectors."""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sightline.promql import ast
from sightline.proofs import vectors, windows

__all__ = ["aggregate", "histogram_quantile"]

_Operator = ast.AggregateOperator
_Amounts = Sequence[float]

_FOLDS: Final[Mapping[_Operator, Callable[[_Amounts], float]]] = {
    _Operator.AVG: lambda amounts: math.fsum(amounts) / len(amounts),
    _Operator.COUNT: lambda amounts: float(len(amounts)),
    _Operator.GROUP: lambda _: 1.0,
    _Operator.MAX: max,
    _Operator.MIN: min,
    _Operator.STDDEV: statistics.pstdev,
    _Operator.STDVAR: statistics.pvariance,
    _Operator.SUM: sum,
}


def aggregate(
    node: ast.Aggregate, vector: vectors.Vector, parameter: float | str | None
) -> vectors.Vector:
    """Gives one element for each group, or the chosen ones of each group."""
    groups: dict[frozenset[tuple[str, str]], list[vectors.Element]] = {}
    for element in vector:
        labels = _group_labels(node.grouping, element.labels)
        groups.setdefault(vectors.key_of(labels), []).append(element)
    return [
        found
        for key, members in groups.items()
        for found in _fold(node.operator, dict(key), members, parameter)
    ]


def _group_labels(
    grouping: ast.Grouping | None, labels: vectors.Labels
) -> vectors.Labels:
    if grouping is None:
        return {}
    if grouping.is_without:
        return vectors.without(labels, grouping.labels)
    return vectors.keep(labels, grouping.labels)


def _fold(
    operator: _Operator,
    labels: vectors.Labels,
    members: Sequence[vectors.Element],
    parameter: float | str | None,
) -> vectors.Vector:
    # Where nothing is there, what would be there if it were is estimated instead.
    there = [member for member in members if member.margin > 0] or [
        member for member in members if not math.isnan(member.amount)
    ]
    margin = max(member.margin for member in members)
    if operator in ast.SELECTIONS:
        return _select(operator, there, parameter)
    if operator is _Operator.COUNT_VALUES:
        return _count_values(labels, there, str(parameter))
    if not there:
        return [vectors.Element(labels, math.nan, margin)]
    amounts = [member.amount for member in there]
    if operator is _Operator.QUANTILE:
        share = parameter if isinstance(parameter, float) else math.nan
        return [vectors.Element(labels, windows.quantile(share, amounts), margin)]
    return [vectors.Element(labels, _FOLDS[operator](amounts), margin)]


def _select(
    operator: _Operator, members: Sequence[vectors.Element], parameter: object
) -> vectors.Vector:
    count = int(parameter) if isinstance(parameter, float) else len(members)
    if operator in {_Operator.TOPK, _Operator.BOTTOMK}:
        is_top = operator is _Operator.TOPK
        members = sorted(members, key=lambda one: one.amount, reverse=is_top)
    return members[: max(count, 0)]


def _count_values(
    labels: vectors.Labels, members: Sequence[vectors.Element], label: str
) -> vectors.Vector:
    counts: dict[float, int] = {}
    for member in members:
        counts[member.amount] = counts.get(member.amount, 0) + 1
    return [
        vectors.Element({**labels, label: f"{amount:g}"}, float(count), 1.0)
        for amount, count in counts.items()
    ]


def histogram_quantile(share: float, vector: vectors.Vector) -> vectors.Vector:
    """Gives the quantile of each classic histogram, interpolated as PromQL does it."""
    groups: dict[frozenset[tuple[str, str]], list[tuple[float, vectors.Element]]] = {}
    for element in vector:
        bound = _bound(element.labels.get("le", ""))
        if bound is not None and not math.isnan(element.amount):
            labels = vectors.without(element.labels, ("le",))
            groups.setdefault(vectors.key_of(labels), []).append((bound, element))
    return [
        vectors.Element(
            dict(key),
            _interpolate(share, sorted((b, e.amount) for b, e in buckets)),
            max(element.margin for _, element in buckets),
        )
        for key, buckets in groups.items()
    ]


def _bound(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _interpolate(share: float, buckets: Sequence[tuple[float, float]]) -> float:
    total = buckets[-1][1]
    if len(buckets) < 2 or not math.isinf(buckets[-1][0]) or total == 0:  # noqa: PLR2004 - one finite bucket and +Inf
        return math.nan
    rank = share * total
    index = next(
        (number for number, (_, count) in enumerate(buckets) if count >= rank),
        len(buckets) - 1,
    )
    if index == len(buckets) - 1:
        return buckets[-2][0]
    bound, count = buckets[index]
    if index == 0 and bound <= 0:
        return bound
    low, below = buckets[index - 1] if index else (0.0, 0.0)
    if count == below:
        return bound
    return low + (bound - low) * ((rank - below) / (count - below))
