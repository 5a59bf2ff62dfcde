"""The metric families, empty: what a scrape fills, and what registration checks."""

from prometheus_client import core

from sightline.instrument import metrics

__all__ = ["empty_families"]


def empty_families() -> tuple[
    core.CounterMetricFamily, core.HistogramMetricFamily, core.GaugeMetricFamily
]:
    """Gives the families of requests, durations and requests in progress."""
    return (
        core.CounterMetricFamily(
            metrics.REQUESTS, metrics.REQUESTS_HELP, labels=metrics.STATUS_LABELS
        ),
        core.HistogramMetricFamily(
            metrics.DURATION, metrics.DURATION_HELP, labels=metrics.ROUTE_LABELS
        ),
        core.GaugeMetricFamily(
            metrics.IN_PROGRESS, metrics.IN_PROGRESS_HELP, labels=["operation"]
        ),
    )
