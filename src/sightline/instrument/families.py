"""The metric families, empty: what a scrape fills, and what registration checks."""

from collections.abc import Iterator

from prometheus_client import core

from sightline.model import http_metrics

__all__ = ["counter", "empty", "gauge", "histogram"]


def counter(family: http_metrics.Family) -> core.CounterMetricFamily:
    """Gives a family of counters without samples."""
    return core.CounterMetricFamily(family.name, family.help, labels=family.label_names)


def gauge(family: http_metrics.Family) -> core.GaugeMetricFamily:
    """Gives a family of gauges without samples."""
    return core.GaugeMetricFamily(family.name, family.help, labels=family.label_names)


def histogram(family: http_metrics.Family) -> core.HistogramMetricFamily:
    """Gives a family of histograms without samples."""
    return core.HistogramMetricFamily(
        family.name, family.help, labels=family.label_names
    )


def empty(names: http_metrics.Naming) -> Iterator[core.Metric]:
    """Gives every family that is exposed: what registration needs."""
    if names.requests is not None:
        yield counter(names.requests)
    yield histogram(names.durations)
    yield gauge(names.in_progress)
