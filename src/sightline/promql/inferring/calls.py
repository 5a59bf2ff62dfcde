"""Functions: which labels remain, and what they make of numbers."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from sightline.promql import ast, catalogue, dimensions, facts, intervals, labelsets
from sightline.promql.inferring import (
    absence,
    aggregations,
    given,
    histograms,
    relabelling,
    transfers,
)
from sightline.promql.intervals import Interval

__all__ = ["call", "weaken"]

_Rule = Callable[[ast.Call, Sequence[facts.Fact]], facts.Fact]

_KEEP_NAME: Final = frozenset(
    {
        "first_over_time",
        "last_over_time",
        "sort",
        "sort_by_label",
        "sort_by_label_desc",
        "sort_desc",
    }
)
_KEEP_KIND: Final = frozenset({*_KEEP_NAME, "max_over_time", "min_over_time", "round"})
_KEEP_HISTOGRAMS: Final = frozenset(
    {*_KEEP_NAME, "avg_over_time", "delta", "idelta", "increase", "irate", "rate"}
    | {"sum_over_time"}
)
_PER_SECOND: Final = frozenset({"deriv", "irate", "rate"})
_COUNTS: Final = frozenset(
    {"changes", "count_over_time", "present_over_time", "resets", "sgn"}
)
_TIMES: Final = frozenset(
    {
        "start_timestamp",
        "timestamp",
        "ts_of_first_over_time",
        "ts_of_last_over_time",
        "ts_of_max_over_time",
        "ts_of_min_over_time",
    }
)
_CALENDAR: Final = frozenset(
    {
        "day_of_month",
        "day_of_week",
        "day_of_year",
        "days_in_month",
        "hour",
        "minute",
        "month",
        "year",
    }
)
_KEEP_UNIT: Final = frozenset(
    {"abs", "ceil", "floor", "sort", "sort_by_label", "sort_by_label_desc", "sort_desc"}
)
_TIME: Final = facts.Scalar(interval=intervals.NATURAL, unit=dimensions.SECONDS)


def call(node: ast.Call, arguments: Sequence[facts.Fact]) -> facts.Fact:
    """Gives the facts about a call from those about its arguments."""
    special = _SPECIAL.get(node.function)
    if special is not None:
        return special(node, arguments)
    vectors = [each for each in arguments if isinstance(each, facts.Vector)]
    if vectors:
        return _plain(node.function, vectors[0])
    if node.function in _CALENDAR:
        now = facts.Vector(
            labels=labelsets.NO_LABELS,
            interval=_TIME.interval,
            presence=facts.Presence.ALWAYS,
        )
        return _plain(node.function, now)
    # Experimental functions about the query itself, such as step().
    return facts.Scalar(interval=intervals.EVERYTHING)


def _plain(function: str, vector: facts.Vector) -> facts.Vector:
    """Gives the facts about a function that takes each series by itself."""
    is_native = vector.kind is catalogue.Kind.NATIVE_HISTOGRAM
    if is_native and function in _KEEP_HISTOGRAMS:
        interval, kind = intervals.EVERYTHING, vector.kind
    elif function in transfers.OF_SAMPLES:
        interval = transfers.OF_SAMPLES[function](vector.interval)
        kind = catalogue.Kind.GAUGE
    else:
        interval = transfers.OF_VALUES[function](vector.interval)
        kind = catalogue.Kind.GAUGE
    found = replace(
        vector,
        interval=interval,
        kind=vector.kind if function in _KEEP_KIND else kind,
        unit=_unit(function, vector.unit),
    )
    if function in transfers.OF_SAMPLES:
        found = weaken(found)
    return found if function in _KEEP_NAME else found.without_name()


def weaken(vector: facts.Vector) -> facts.Vector:
    """Gives a vector that need not be there, even if its parts are."""
    if vector.presence is facts.Presence.ALWAYS:
        return replace(vector, presence=facts.Presence.SOMETIMES)
    return vector


def _unit(function: str, unit: dimensions.Unit | None) -> dimensions.Unit | None:
    if function in _COUNTS:
        return dimensions.COUNT
    if function in _TIMES:
        return dimensions.SECONDS
    if unit is None or function == "stdvar_over_time":
        return None
    if function in _PER_SECOND:
        return unit / dimensions.SECONDS
    return unit if function in _KEEP_UNIT | transfers.OF_SAMPLES.keys() else None


def _to_scalar(_: ast.Call, arguments: Sequence[facts.Fact]) -> facts.Fact:
    # NaN unless there is exactly one series.
    vector = given.vector(arguments)
    is_one = (
        vector.presence is facts.Presence.ALWAYS
        and vector.labels == labelsets.NO_LABELS
    )
    interval = vector.interval
    if vector.presence is facts.Presence.NEVER:
        interval = intervals.NEVER_A_NUMBER
    elif not is_one:
        interval = replace(interval, has_nan=True)
    return facts.Scalar(interval=interval, unit=vector.unit)


def _to_vector(_: ast.Call, arguments: Sequence[facts.Fact]) -> facts.Fact:
    scalar = given.scalar(arguments, 0)
    return facts.Vector(
        labels=labelsets.NO_LABELS,
        interval=scalar.interval,
        presence=facts.Presence.ALWAYS,
        unit=scalar.unit,
    )


def _clamp(node: ast.Call, arguments: Sequence[facts.Fact]) -> facts.Fact:
    vector = given.vector(arguments)
    low = Interval(-math.inf, -math.inf)
    high = Interval(math.inf, math.inf)
    if node.function != "clamp_max":
        low = given.scalar(arguments, 1).interval
    if node.function != "clamp_min":
        high = given.scalar(arguments, len(arguments) - 1).interval
    found = replace(
        vector.without_name(), interval=transfers.clamp(vector.interval, low, high)
    )
    # Nothing is left where the lower bound is above the upper one.
    has_nan = low.has_nan or high.has_nan
    if low.low > high.high and not has_nan:
        return replace(found, presence=facts.Presence.NEVER)
    return found if low.high <= high.low and not has_nan else weaken(found)


def _round(_: ast.Call, arguments: Sequence[facts.Fact]) -> facts.Fact:
    vector = given.vector(arguments)
    step = 1.0 if len(arguments) == 1 else given.scalar(arguments, 1).interval.constant
    interval = (
        intervals.EVERYTHING
        if step is None
        else transfers.round_to(vector.interval, step)
    )
    return replace(vector.without_name(), interval=interval)


def _quantile_over_time(_: ast.Call, arguments: Sequence[facts.Fact]) -> facts.Fact:
    vector = given.vector(arguments, 1)
    interval = aggregations.quantile(vector.interval, arguments[0])
    return weaken(
        replace(vector.without_name(), interval=interval, kind=catalogue.Kind.GAUGE)
    )


def _label_replace(_: ast.Call, arguments: Sequence[facts.Fact]) -> facts.Fact:
    vector = given.vector(arguments)
    target, replacement, source, pattern = (
        given.text(arguments, i) for i in range(1, 5)
    )
    label = relabelling.replace_label(
        vector.labels[target], vector.labels[source], replacement, pattern
    )
    return replace(vector, labels=vector.labels.set({target: label}))


def _label_join(_: ast.Call, arguments: Sequence[facts.Fact]) -> facts.Fact:
    vector = given.vector(arguments)
    target, separator, *sources = (
        given.text(arguments, i) for i in range(1, len(arguments))
    )
    label = relabelling.join_labels(
        [vector.labels[source] for source in sources], separator
    )
    return replace(vector, labels=vector.labels.set({target: label}))


def _with_info(_: ast.Call, arguments: Sequence[facts.Fact]) -> facts.Fact:
    # Which labels an info metric adds is not known here.
    vector = given.vector(arguments)
    labels = labelsets.LabelSet(vector.labels.named, rest=labelsets.MAYBE)
    return weaken(replace(vector, labels=labels))


_SPECIAL: Final[Mapping[str, _Rule]] = {
    "absent": absence.absent,
    "absent_over_time": absence.absent,
    "clamp": _clamp,
    "clamp_max": _clamp,
    "clamp_min": _clamp,
    "histogram_avg": histograms.native,
    "histogram_count": histograms.native,
    "histogram_fraction": histograms.fraction,
    "histogram_quantile": histograms.quantile,
    "histogram_quantiles": histograms.quantiles,
    "histogram_stddev": histograms.native,
    "histogram_stdvar": histograms.native,
    "histogram_sum": histograms.native,
    "info": _with_info,
    "label_join": _label_join,
    "label_replace": _label_replace,
    "pi": lambda _node, _arguments: facts.Scalar(interval=Interval.of(math.pi)),
    "quantile_over_time": _quantile_over_time,
    "round": _round,
    "scalar": _to_scalar,
    "time": lambda _node, _arguments: _TIME,
    "vector": _to_vector,
}
