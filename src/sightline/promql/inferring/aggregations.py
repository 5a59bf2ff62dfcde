"""Aggregations: which labels remain, and what many series become."""

import math
from dataclasses import replace
from typing import Final

from sightline.promql import (
    ast,
    catalogue,
    dimensions,
    facts,
    intervals,
    labelsets,
    printing,
)
from sightline.promql.intervals import Interval

__all__ = ["aggregate", "quantile"]

_Operator = ast.AggregateOperator
_COUNTED: Final = frozenset({_Operator.COUNT, _Operator.COUNT_VALUES, _Operator.GROUP})
_SUMMED: Final = frozenset(
    {_Operator.SUM, _Operator.AVG, _Operator.MIN, _Operator.MAX, _Operator.QUANTILE}
)


def aggregate(
    node: ast.Aggregate, operand: facts.Vector, parameter: facts.Fact | None
) -> facts.Vector:
    """Gives the facts about an aggregation from those about its parts."""
    if node.operator in ast.SELECTIONS:
        return _choose(operand, parameter)
    most = _most_series(operand.labels, node.grouping)
    if node.operator is _Operator.COUNT_VALUES and isinstance(parameter, facts.Text):
        # The number becomes a label of each series, which are counted by it then.
        name = parameter.text
        most *= operand.labels[name].count
        labels = operand.labels.set({name: _values(operand.interval)})
        labels = _group(labels, _with_label(node.grouping, name))
    else:
        labels = _group(operand.labels, node.grouping)
    is_counted = node.operator in _COUNTED
    return replace(
        operand,
        labels=labels,
        interval=_interval(node.operator, operand.interval, most, parameter),
        kind=operand.kind if node.operator in _SUMMED else catalogue.Kind.GAUGE,
        unit=dimensions.COUNT if is_counted else _unit(node.operator, operand.unit),
    )


def _with_label(grouping: ast.Grouping | None, name: str) -> ast.Grouping:
    if grouping is None:
        return ast.Grouping(labels=(name,))
    if grouping.is_without:
        return grouping
    return ast.Grouping(labels=(*grouping.labels, name))


def _choose(operand: facts.Vector, parameter: facts.Fact | None) -> facts.Vector:
    """Gives what `topk` and its like choose: the same series, but perhaps none."""
    presence = operand.presence
    if isinstance(parameter, facts.Scalar):
        count = parameter.interval
        if count.high < 1 and count.low > -1 and not count.has_nan:
            # limit_ratio(0.1) may choose none, topk(0) never chooses one.
            presence = _weaken(presence)
        elif not count.low >= 1:
            presence = _weaken(presence)
    return replace(operand, presence=presence)


def _weaken(presence: facts.Presence) -> facts.Presence:
    if presence is facts.Presence.ALWAYS:
        return facts.Presence.SOMETIMES
    return presence


def _group(
    labels: labelsets.LabelSet, grouping: ast.Grouping | None
) -> labelsets.LabelSet:
    if grouping is None:
        return labelsets.NO_LABELS
    if grouping.is_without:
        return labels.drop([*grouping.labels, labelsets.METRIC_NAME])
    return labels.keep(grouping.labels)


def _most_series(labels: labelsets.LabelSet, grouping: ast.Grouping | None) -> float:
    """Gives how many series one group can have."""
    kept = () if grouping is None else grouping.labels
    if grouping is not None and grouping.is_without:
        return labels.count_combinations({*kept, labelsets.METRIC_NAME})
    if not labels.is_closed:
        return math.inf
    return labels.count_combinations(labels.named.keys() - set(kept))


def _values(interval: Interval) -> labelsets.Label:
    """Gives the label of `count_values`: the numbers, as Prometheus writes them."""
    constant = interval.constant
    if constant is None or not (abs(constant) < _LONG and constant.is_integer()):
        return labelsets.ANY
    return labelsets.Label.of(printing.render_number(constant))


_LONG: Final = 1e15


def _interval(  # noqa: PLR0911  # one case for each operator
    operator: ast.AggregateOperator,
    each: Interval,
    most: float,
    parameter: facts.Fact | None,
) -> Interval:
    match operator:
        case _Operator.COUNT | _Operator.COUNT_VALUES:
            return Interval(1.0, max(most, 1.0))
        case _Operator.GROUP:
            return intervals.ONE
        case _Operator.SUM:
            return _sum(each, most)
        case _Operator.STDDEV | _Operator.STDVAR:
            return _spread(each, is_squared=operator is _Operator.STDVAR)
        case _Operator.QUANTILE:
            return quantile(each, parameter)
        case _Operator.AVG:
            return replace(each, has_nan=each.has_nan or each.has_infinity)
        case _:
            return each


def _sum(each: Interval, most: float) -> Interval:
    if each.is_empty:
        return each
    has_nan = each.has_nan or (
        each.may_be_positive_infinity and each.may_be_negative_infinity
    )
    return Interval(
        each.low if each.low >= 0 else each.low * max(most, 1.0),
        each.high if each.high <= 0 else each.high * max(most, 1.0),
        has_nan,
        each.has_infinity,
    )


def _spread(each: Interval, *, is_squared: bool) -> Interval:
    if each.is_empty:
        return each
    most = (each.high - each.low) / 2
    if math.isnan(most):
        most = math.inf
    has_nan = each.has_nan or each.has_infinity
    high = most * most if is_squared else most
    return Interval(0.0, high, has_nan, each.has_infinity)


def quantile(each: Interval, parameter: facts.Fact | None) -> Interval:
    """Gives a quantile of some numbers: one of them or between two, or an infinity."""
    if not isinstance(parameter, facts.Scalar):
        return each
    which = parameter.interval
    has_nan = each.has_nan or each.has_infinity or which.has_nan
    found = replace(each, has_nan=has_nan)
    # Ranks above 1 and below 0 give an infinity, of whatever numbers.
    if which.high > 1:
        found = found.join(Interval.of(math.inf))
    if which.low < 0:
        found = found.join(Interval.of(-math.inf))
    return found


def _unit(
    operator: ast.AggregateOperator, unit: dimensions.Unit | None
) -> dimensions.Unit | None:
    if unit is not None and operator is _Operator.STDVAR:
        return unit * unit
    return unit
