"""What a metric's name and kind say of it, by the conventions of Prometheus.

https://prometheus.io/docs/practices/naming/
"""

import re
from typing import Final

from sightline.promql import catalogue, dimensions, intervals, labelsets
from sightline.promql.intervals import Interval

__all__ = ["describe", "kind_of_name"]

_Kind = catalogue.Kind

_SUCCESS: Final = re.compile(r"(?:^|_)(?:up|success|successful|healthy)$")


def describe(  # what a metric is, and who says so
    name: str,
    kind: catalogue.Kind,
    labels: labelsets.LabelSet,
    *,
    source: catalogue.Source,
    origin: str,
    bounds: Interval | None = None,
) -> catalogue.Metric:
    """Gives a metric with the unit and the bounds that its name and kind suggest.

    Args:
        name: of its series: for a histogram, with `_bucket`, `_sum` or `_count`.
        kind: what kind of series it is.
        labels: without the name.
        source: what kind of source says so.
        origin: which source exactly, for people.
        bounds: what its samples can be, where more is known than is usual.
    """
    unit = dimensions.unit_of_name(name)
    bucket_unit = None
    if kind is _Kind.BUCKET:
        bucket_unit = dimensions.unit_of_name(name.removesuffix("_bucket"))
    if kind is _Kind.NATIVE_HISTOGRAM:
        unit, bucket_unit = None, unit
    return catalogue.Metric(
        name=name,
        kind=kind,
        labels=labels,
        bounds=_bounds(name, kind, unit) if bounds is None else bounds,
        unit=unit,
        bucket_unit=bucket_unit,
        source=source,
        origin=origin,
    )


def kind_of_name(name: str) -> catalogue.Kind:
    """Gives the kind that a name suggests; `UNKNOWN` when it suggests none."""
    if name.endswith("_bucket"):
        return _Kind.BUCKET
    if name.endswith("_info"):
        return _Kind.INFO
    if name.endswith(("_total", "_sum", "_count")):
        return _Kind.COUNTER
    return _Kind.UNKNOWN


def _bounds(name: str, kind: catalogue.Kind, unit: dimensions.Unit | None) -> Interval:
    match kind:
        case _Kind.BUCKET:
            return intervals.NATURAL
        case _Kind.COUNTER:
            # The sum of a histogram may fall where observations can be negative.
            return (
                intervals.NUMBERS
                if name.endswith("_sum") and unit is None
                else intervals.NATURAL
            )
        case _Kind.INFO:
            return intervals.ONE
        case _Kind.QUANTILE:
            # Nothing was observed in the last minutes: NaN.
            return Interval(-float("inf"), float("inf"), has_nan=True)
        case _Kind.NATIVE_HISTOGRAM | _Kind.UNKNOWN:
            return intervals.EVERYTHING
        case _:
            return _gauge_bounds(name, unit)


def _gauge_bounds(name: str, unit: dimensions.Unit | None) -> Interval:
    if _SUCCESS.search(name):
        return intervals.TRUTH
    if unit == dimensions.BYTES or name.endswith("_timestamp_seconds"):
        return intervals.NATURAL
    return intervals.NUMBERS
