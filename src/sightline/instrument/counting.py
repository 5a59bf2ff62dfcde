"""Counting for a service that is one process: exact, and nearly free.

prometheus-client keeps one locked value per series: a labelled request costs two
label look-ups, a counter, a histogram sum and a linear search for the bucket, and an
in-progress gauge twice. Here a request takes one lock, one binary search and three
additions, and the counter and the histogram are both read from the same tally, so
they can never disagree. prometheus-client still owns the registry and the exposition.
"""

import bisect
import itertools
import threading
from collections.abc import Iterator, Sequence
from typing import Final

from prometheus_client import core, registry, utils, values

from sightline.instrument import families, metrics, multiprocess

__all__ = ["InProcessMetrics", "open_metrics"]

_Labels = tuple[str, str, str]


def open_metrics(
    target: registry.CollectorRegistry,
    buckets: Sequence[float] = metrics.SLO_BUCKETS,
) -> metrics.HttpMetrics:
    """Gives metrics that are registered and fit the process model.

    prometheus-client decides at import whether values are shared between processes
    (`PROMETHEUS_MULTIPROC_DIR`); whatever it decided holds here too.

    Raises:
        ValueError: when the buckets do not rise, or the names are registered already.
    """
    bounds = metrics.check_buckets(buckets)
    if values.ValueClass._multiprocess:  # noqa: SLF001 - the only sign of its decision
        return multiprocess.SharedMetrics(target, bounds)
    counted = InProcessMetrics(bounds)
    target.register(counted)
    return counted


class _Tally:
    """The requests of one endpoint that ended with one status."""

    __slots__ = ("buckets", "seconds")

    def __init__(self, size: int) -> None:
        self.buckets = [0] * size
        self.seconds = 0.0


class _Flight:
    """The requests of one operation that are in progress."""

    __slots__ = ("requests",)

    def __init__(self) -> None:
        self.requests = 0


class _InProcessEndpoint:
    """One method of one route; see `metrics.Endpoint`."""

    __slots__ = ("_bounds", "_flight", "_lock", "tallies")

    def __init__(
        self, lock: threading.Lock, bounds: Sequence[float], flight: _Flight
    ) -> None:
        self._lock = lock
        self._bounds = bounds
        self._flight = flight
        self.tallies: dict[int, _Tally] = {}

    def begin(self) -> None:
        with self._lock:
            self._flight.requests += 1

    def finish(self, status: int, seconds: float) -> None:
        with self._lock:
            self._flight.requests -= 1
            tally = self.tallies.get(status)
            if tally is None:
                tally = self.tally_of(status)
            tally.buckets[bisect.bisect_left(self._bounds, seconds)] += 1
            tally.seconds += seconds

    def tally_of(self, status: int) -> _Tally:
        """Gives the tally of a status, made when it is new; needs the lock."""
        known = metrics.known_status(status)
        return self.tallies.setdefault(known, _Tally(len(self._bounds) + 1))


class InProcessMetrics:
    """A prometheus-client collector that holds the counts of one process."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds: Final = tuple(bounds)
        self._bound_labels: Final = tuple(
            utils.floatToGoString(bound)  # type: ignore[no-untyped-call]  # upstream
            for bound in (*self._bounds, "inf")
        )
        self._lock: Final = threading.Lock()
        self._endpoints: Final[dict[_Labels, _InProcessEndpoint]] = {}
        self._flights: Final[dict[str, _Flight]] = {}

    def endpoint(self, method: str, route: str, operation: str) -> _InProcessEndpoint:
        """Gives the endpoint with these labels: the same one every time."""
        with self._lock:
            found = self._endpoints.get((method, route, operation))
            if found is None:
                flight = self._flights.setdefault(operation, _Flight())
                found = _InProcessEndpoint(self._lock, self._bounds, flight)
                self._endpoints[method, route, operation] = found
            return found

    def initialise(
        self, method: str, route: str, operation: str, statuses: Sequence[int]
    ) -> None:
        """Makes the series of these labels exist, at 0."""
        endpoint = self.endpoint(method, route, operation)
        with self._lock:
            for status in statuses:
                endpoint.tally_of(status)

    def describe(self) -> Iterator[core.Metric]:
        """Gives the families without samples: what registration needs."""
        yield from families.empty_families()

    def collect(self) -> Iterator[core.Metric]:
        """Gives every series as it is now, all from the same moment."""
        requests, durations, in_progress = families.empty_families()
        with self._lock:
            for labels, endpoint in self._endpoints.items():
                self._add_endpoint(requests, durations, labels, endpoint)
            for operation, flight in self._flights.items():
                in_progress.add_metric([operation], flight.requests)
        yield from (requests, durations, in_progress)

    def _add_endpoint(
        self,
        requests: core.CounterMetricFamily,
        durations: core.HistogramMetricFamily,
        labels: _Labels,
        endpoint: _InProcessEndpoint,
    ) -> None:
        totals = [0] * (len(self._bounds) + 1)
        seconds = 0.0
        for status, tally in endpoint.tallies.items():
            requests.add_metric([*labels, str(status)], sum(tally.buckets))
            totals = [a + b for a, b in zip(totals, tally.buckets, strict=True)]
            seconds += tally.seconds
        counts = map(float, itertools.accumulate(totals))
        buckets = list(zip(self._bound_labels, counts, strict=True))
        durations.add_metric(labels, buckets, seconds)
