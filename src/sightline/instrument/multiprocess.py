"""Counting for a service whose worker processes are scraped as one.

The values are prometheus-client's own, in files that a scrape of any worker adds up;
only the metric objects in front of them are left out. A process manager has to tell
when a worker ends, so that its requests in progress are no longer counted:
`prometheus_client.multiprocess.mark_process_dead(pid)`.
"""

import bisect
import threading
from collections.abc import Iterator, Sequence
from typing import Protocol

from prometheus_client import core, registry, utils, values

from sightline.instrument import families, metrics

__all__ = ["SharedMetrics"]

_Labels = tuple[str, str, str]


class _Value(Protocol):
    """One series of this process, in a shared file."""

    def inc(self, amount: float) -> None:
        """Adds to it."""


class _SharedEndpoint:
    """One method of one route; see `metrics.Endpoint`."""

    __slots__ = (
        "_bounds",
        "_buckets",
        "_in_progress",
        "_labels",
        "_requests",
        "_seconds",
    )

    def __init__(
        self, labels: _Labels, bounds: Sequence[float], in_progress: _Value
    ) -> None:
        self._labels = labels
        self._bounds = bounds
        self._in_progress = in_progress
        self._requests: dict[int, _Value] = {}
        self._seconds = _open(
            "histogram", metrics.DURATION, "_sum", metrics.ROUTE_LABELS, labels
        )
        self._buckets = tuple(
            _open(
                "histogram",
                metrics.DURATION,
                "_bucket",
                (*metrics.ROUTE_LABELS, "le"),
                (*labels, utils.floatToGoString(bound)),  # type: ignore[no-untyped-call]  # upstream
            )
            for bound in (*bounds, "inf")
        )

    def begin(self) -> None:
        self._in_progress.inc(1)

    def finish(self, status: int, seconds: float) -> None:
        self._in_progress.inc(-1)
        requests = self._requests.get(status)
        if requests is None:
            requests = self.requests_of(status)
        requests.inc(1)
        self._buckets[bisect.bisect_left(self._bounds, seconds)].inc(1)
        self._seconds.inc(seconds)

    def requests_of(self, status: int) -> _Value:
        """Gives the counter of a status, made when it is new."""
        known = metrics.known_status(status)
        found = self._requests.get(known)
        if found is None:
            labels = (*self._labels, str(known))
            found = self._requests[known] = _open(
                "counter", metrics.REQUESTS, "", metrics.STATUS_LABELS, labels
            )
        return found


class SharedMetrics:
    """The endpoints of one worker; registered so that no other takes their names."""

    def __init__(
        self, target: registry.CollectorRegistry, bounds: Sequence[float]
    ) -> None:
        target.register(self)
        self._bounds = tuple(bounds)
        self._lock = threading.Lock()
        self._endpoints: dict[_Labels, _SharedEndpoint] = {}
        self._in_progress: dict[str, _Value] = {}

    def endpoint(self, method: str, route: str, operation: str) -> _SharedEndpoint:
        """Gives the endpoint with these labels: the same one every time."""
        labels = (method, route, operation)
        with self._lock:
            found = self._endpoints.get(labels)
            if found is None:
                running = self._running(operation)
                found = _SharedEndpoint(labels, self._bounds, running)
                self._endpoints[labels] = found
            return found

    def initialise(
        self, method: str, route: str, operation: str, statuses: Sequence[int]
    ) -> None:
        """Makes the series of these labels exist, at 0."""
        endpoint = self.endpoint(method, route, operation)
        for status in statuses:
            endpoint.requests_of(status)

    def describe(self) -> Iterator[core.Metric]:
        """Gives the families without samples: what registration needs."""
        yield from families.empty_families()

    def collect(self) -> Iterator[core.Metric]:
        """Gives nothing: `exposition.exposed_registry` reads all workers' files."""
        yield from ()

    def _running(self, operation: str) -> _Value:
        found = self._in_progress.get(operation)
        if found is None:
            found = self._in_progress[operation] = _open(
                "gauge", metrics.IN_PROGRESS, "", ("operation",), (operation,)
            )
        return found


def _open(
    kind: str,
    metric: str,
    suffix: str,
    names: tuple[str, ...],
    labels: tuple[str, ...],
) -> _Value:
    """Gives the value that prometheus-client's own metrics would use."""
    value: _Value = values.ValueClass(
        kind,
        # A counter's family is named without the suffix of its samples.
        metric.removesuffix("_total"),
        metric + suffix,
        names,
        labels,
        _HELP[metric],
        multiprocess_mode="livesum" if kind == "gauge" else "",
    )
    return value


_HELP = {
    metrics.REQUESTS: metrics.REQUESTS_HELP,
    metrics.DURATION: metrics.DURATION_HELP,
    metrics.IN_PROGRESS: metrics.IN_PROGRESS_HELP,
}
