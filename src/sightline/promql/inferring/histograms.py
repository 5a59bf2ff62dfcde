"""Functions of histograms: classic ones by their label `le`, and native ones."""

import math
from collections.abc import Sequence
from dataclasses import replace

from sightline.promql import ast, catalogue, dimensions, facts, intervals, labelsets
from sightline.promql.inferring import given
from sightline.promql.intervals import Interval

__all__ = ["fraction", "native", "quantile", "quantiles"]

_Kind = catalogue.Kind


def quantile(_: ast.Call, arguments: Sequence[facts.Fact]) -> facts.Vector:
    """Gives the facts about a quantile: at most the highest bound of a bucket."""
    which, operand = given.scalar(arguments, 0), given.vector(arguments, 1)
    interval = replace(_bounds(operand), has_nan=True)
    if which.interval.high > 1:
        interval = replace(interval, high=math.inf, has_infinity=True)
    if which.interval.low < 0:
        interval = replace(interval, low=-math.inf, has_infinity=True)
    if which.interval.low > 1:
        interval = replace(interval, low=math.inf)
    return _of_buckets(operand, interval, operand.bucket_unit)


def quantiles(_: ast.Call, arguments: Sequence[facts.Fact]) -> facts.Vector:
    """Gives the facts about several quantiles, told apart by a label."""
    operand, label = given.vector(arguments), given.text(arguments, 1)
    found = _of_buckets(operand, intervals.EVERYTHING, operand.bucket_unit)

    return replace(found, labels=found.labels.set({label: labelsets.ANY}))


def fraction(_: ast.Call, arguments: Sequence[facts.Fact]) -> facts.Vector:
    """Gives the facts about the share of observations between two bounds."""
    operand = given.vector(arguments, 2)
    share = replace(intervals.TRUTH, has_nan=True)
    found = _of_buckets(operand, share, dimensions.COUNT)
    if operand.interval.low >= 0 or operand.kind is _Kind.NATIVE_HISTOGRAM:
        return found
    return replace(found, interval=intervals.EVERYTHING)


def native(node: ast.Call, arguments: Sequence[facts.Fact]) -> facts.Vector:
    """Gives the facts about a figure of a native histogram; of others there is none."""
    operand = given.vector(arguments)
    is_count = node.function == "histogram_count"
    found = replace(
        operand.without_name(),
        interval=intervals.EVERYTHING,
        kind=_Kind.GAUGE,
        unit=dimensions.COUNT if is_count else operand.bucket_unit,
    )
    if operand.kind in {_Kind.NATIVE_HISTOGRAM, _Kind.UNKNOWN} or operand.unknown:
        return found
    return replace(found, presence=facts.Presence.NEVER)


def _of_buckets(
    operand: facts.Vector, interval: Interval, unit: dimensions.Unit | None
) -> facts.Vector:
    """Gives what is left when the buckets of a histogram have become one number."""
    is_native = operand.kind is _Kind.NATIVE_HISTOGRAM or bool(operand.unknown)
    has_buckets = operand.labels["le"].may_be_present
    presence = operand.presence
    if not (has_buckets or is_native):
        presence = facts.Presence.NEVER
    elif presence is facts.Presence.ALWAYS:
        presence = facts.Presence.SOMETIMES
    bare = operand.without_name()
    return replace(
        bare,
        labels=bare.labels.drop(["le"]),
        interval=interval,
        presence=presence,
        kind=_Kind.GAUGE,
        unit=unit,
        bucket_unit=None,
    )


def _bounds(operand: facts.Vector) -> Interval:
    """Gives the numbers between the lowest and the highest bound of the buckets.

    A quantile in the bucket without an upper bound is given as the highest bound
    there is. Below the lowest bound, zero is taken for the start.
    """
    texts = operand.labels["le"].texts
    if texts is None or operand.interval.low < 0 or _is_native(operand):
        return intervals.EVERYTHING
    numbers = [float(text) for text in texts if _is_number(text)]
    finite = [number for number in numbers if math.isfinite(number)]
    if not finite:
        return intervals.NEVER_A_NUMBER
    return Interval(min(0.0, *finite), max(finite))


def _is_native(operand: facts.Vector) -> bool:
    return operand.kind is _Kind.NATIVE_HISTOGRAM or bool(operand.unknown)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
