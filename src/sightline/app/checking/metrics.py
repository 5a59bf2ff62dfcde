"""What a spec says of metrics: those of its sources, and of instrumented services."""

from collections.abc import Iterable, Iterator
from typing import Final, assert_never

from sightline.model import collecting, events, http_metrics, monitoring
from sightline.promql import catalogue, exposition, intervals, labelsets, naming

__all__ = ["declared_metrics"]

_Kind = catalogue.Kind
_TARGET_LABELS: Final = {
    **exposition.TARGET_LABELS,
    "service": labelsets.ANY,
    "team": labelsets.ANY,
}


def declared_metrics(declared: monitoring.Monitoring) -> catalogue.Catalogue:
    """Gives the metrics that exist because the spec says so.

    Which labels else the targets of a scrape job have is not in the spec.
    """
    found = [
        metric
        for name, source in declared.collection.sources.items()
        for metric in _of_source(source, f"spec, source {name}")
    ]
    return catalogue.Catalogue.of([*found, *_of_services()])


def _of_services() -> Iterator[catalogue.Metric]:
    """Gives what services expose that use `sightline.instrument`."""
    names, origin = http_metrics.PROMETHEUS, "instrumentation of services"
    if names.requests is not None:
        labels = names.requests.label_names
        yield _describe(names.requests.name, _Kind.COUNTER, labels, origin)
    durations = names.durations
    yield from _histogram(
        durations.name, durations.label_names, http_metrics.SLO_BUCKETS, origin
    )
    waiting = names.in_progress
    yield _natural(waiting.name, waiting.label_names, origin)


def _of_source(
    source: collecting.DeclaredSource, origin: str
) -> Iterator[catalogue.Metric]:
    match source:
        case collecting.SqlSource():
            for column in source.metrics:
                kind = _Kind(column.kind.value)
                yield _describe(column.name, kind, column.labels, origin)
        case collecting.RedisSource():
            for counted in source.metrics:
                yield _natural(counted.name, (), origin)
        case collecting.StripeSource():
            yield _describe(source.metric, _Kind.GAUGE, ("currency",), origin)
        case events.EventSource():
            for measured in source.metrics:
                yield from _of_events(measured, origin)
        case _:
            # What the others expose has fixed names, and is bundled.
            return


def _of_events(measured: events.Metric, origin: str) -> Iterator[catalogue.Metric]:
    labels = tuple(label.name for label in measured.labels)
    match measured:
        case events.Counter() | events.Newcomers():
            yield _describe(measured.name, _Kind.COUNTER, labels, origin)
        case events.Histogram():
            yield from _histogram(measured.name, labels, measured.buckets, origin)
        case events.Distinct():
            yield _natural(measured.name, labels, origin)
        case events.TopValues():
            yield _natural(measured.name, (*labels, measured.label), origin)
        case _:
            assert_never(measured)


def _histogram(
    name: str, labels: Iterable[str], buckets: Iterable[float], origin: str
) -> Iterator[catalogue.Metric]:
    bounds = labelsets.Label.of(*map(str, buckets), "+Inf")
    yield naming.describe(
        f"{name}_bucket",
        _Kind.BUCKET,
        _labels(labels).set({"le": bounds}),
        source=catalogue.Source.SPEC,
        origin=origin,
    )
    yield _describe(f"{name}_sum", _Kind.COUNTER, labels, origin)
    yield _describe(f"{name}_count", _Kind.COUNTER, labels, origin)


def _natural(name: str, labels: Iterable[str], origin: str) -> catalogue.Metric:
    return _describe(name, _Kind.GAUGE, labels, origin, intervals.NATURAL)


def _describe(
    name: str,
    kind: catalogue.Kind,
    labels: Iterable[str],
    origin: str,
    bounds: intervals.Interval | None = None,
) -> catalogue.Metric:
    return naming.describe(
        name,
        kind,
        _labels(labels),
        source=catalogue.Source.SPEC,
        origin=origin,
        bounds=bounds,
    )


def _labels(names: Iterable[str]) -> labelsets.LabelSet:
    # A column or a field without a text gives an empty label, which is none.
    own = dict.fromkeys(names, labelsets.MAYBE)
    return labelsets.LabelSet({**own, **_TARGET_LABELS}, rest=labelsets.MAYBE)
