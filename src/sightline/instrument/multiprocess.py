"""Counting for a service whose worker processes are scraped as one.

The values are prometheus-client's own, in files that all the workers' scrapes read.
A process manager has to tell when a worker ends, so that its requests in progress
are no longer counted: `prometheus_client.multiprocess.mark_process_dead(pid)`.
"""

import threading
from collections.abc import Sequence

import prometheus_client
from prometheus_client import registry

from sightline.instrument import metrics

__all__ = ["SharedMetrics"]


class _SharedEndpoint:
    """One method of one route; see `metrics.Endpoint`."""

    __slots__ = ("_children", "_duration", "_in_progress", "_labels", "_requests")

    def __init__(
        self,
        labels: tuple[str, str, str],
        requests: prometheus_client.Counter,
        duration: prometheus_client.Histogram,
        in_progress: prometheus_client.Gauge,
    ) -> None:
        self._labels = labels
        self._requests = requests
        self._duration = duration.labels(*labels)
        self._in_progress = in_progress.labels(labels[-1])
        self._children: dict[int, prometheus_client.Counter] = {}

    def begin(self) -> None:
        self._in_progress.inc()

    def finish(self, status: int, seconds: float) -> None:
        self._in_progress.dec()
        child = self._children.get(status)
        if child is None:
            child = self.child_of(status)
        child.inc()
        self._duration.observe(seconds)

    def child_of(self, status: int) -> prometheus_client.Counter:
        """Gives the counter of a status, made when it is new."""
        known = metrics.known_status(status)
        child = self._requests.labels(*self._labels, str(known))
        return self._children.setdefault(known, child)


class SharedMetrics:
    """prometheus-client's metrics, each endpoint's children looked up once."""

    def __init__(
        self, target: registry.CollectorRegistry, bounds: Sequence[float]
    ) -> None:
        self._requests = prometheus_client.Counter(
            metrics.REQUESTS,
            metrics.REQUESTS_HELP,
            metrics.STATUS_LABELS,
            registry=target,
        )
        self._duration = prometheus_client.Histogram(
            metrics.DURATION,
            metrics.DURATION_HELP,
            metrics.ROUTE_LABELS,
            buckets=bounds,
            registry=target,
        )
        self._in_progress = prometheus_client.Gauge(
            metrics.IN_PROGRESS,
            metrics.IN_PROGRESS_HELP,
            ("operation",),
            multiprocess_mode="livesum",
            registry=target,
        )
        self._lock = threading.Lock()
        self._endpoints: dict[tuple[str, str, str], _SharedEndpoint] = {}

    def endpoint(self, method: str, route: str, operation: str) -> _SharedEndpoint:
        """Gives the endpoint with these labels: the same one every time."""
        labels = (method, route, operation)
        with self._lock:
            found = self._endpoints.get(labels)
            if found is None:
                found = self._endpoints[labels] = _SharedEndpoint(
                    labels, self._requests, self._duration, self._in_progress
                )
            return found

    def initialise(
        self, method: str, route: str, operation: str, statuses: Sequence[int]
    ) -> None:
        """Makes the series of these labels exist, at 0."""
        endpoint = self.endpoint(method, route, operation)
        for status in statuses:
            endpoint.child_of(status)
