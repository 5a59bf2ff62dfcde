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
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from prometheus_client import core, registry, utils, values

from sightline.instrument import families, metrics, multiprocess
from sightline.model import http_metrics

__all__ = ["InProcessMetrics", "open_metrics"]

_Labels = tuple[str, str, str]


def open_metrics(
    target: registry.CollectorRegistry,
    buckets: Sequence[float] = http_metrics.SLO_BUCKETS,
    names: http_metrics.Naming = http_metrics.PROMETHEUS,
) -> metrics.HttpMetrics:
    """Gives metrics that are registered and fit the process model.

    prometheus-client decides at import whether values are shared between processes
    (`PROMETHEUS_MULTIPROC_DIR`); whatever it decided holds here too.

    Raises:
        ValueError: when the buckets do not rise, or the names are registered already.
    """
    bounds = metrics.check_buckets(buckets)
    if values.ValueClass._multiprocess:  # noqa: SLF001 - the only sign of its decision
        return multiprocess.SharedMetrics(target, bounds, names)
    counted = InProcessMetrics(bounds, names)
    target.register(counted)
    return counted


@dataclass(frozen=True, slots=True)
class _Exemplar:
    """A request of a bucket: its trace, what it took, and the Unix time of its end."""

    trace_id: str
    seconds: float
    at: float

    def expose(self) -> core.Exemplar:
        """Gives it as prometheus-client wants it."""
        return core.Exemplar({"trace_id": self.trace_id}, self.seconds, self.at)


class _Tally:
    """The requests of one endpoint that ended with one status."""

    __slots__ = ("buckets", "exemplars", "seconds")

    def __init__(self, size: int) -> None:
        self.buckets = [0] * size
        self.exemplars: dict[int, _Exemplar] = {}
        self.seconds = 0.0

    def add(self, other: "_Tally") -> None:
        """Adds what another one counted; of two exemplars the newer one stays."""
        self.buckets = [a + b for a, b in zip(self.buckets, other.buckets, strict=True)]
        self.seconds += other.seconds
        for at, exemplar in other.exemplars.items():
            known = self.exemplars.get(at)
            if known is None or known.at < exemplar.at:
                self.exemplars[at] = exemplar


class _Flight:
    """The requests in progress that share one series."""

    __slots__ = ("requests",)

    def __init__(self) -> None:
        self.requests = 0


class _InProcessEndpoint:
    """One method of one route; see `metrics.Endpoint`."""

    __slots__ = ("_bounds", "_flight", "_lock", "_now", "tallies")

    def __init__(
        self,
        lock: threading.Lock,
        bounds: Sequence[float],
        flight: _Flight,
        now: Callable[[], float],
    ) -> None:
        self._lock = lock
        self._bounds = bounds
        self._flight = flight
        self._now = now
        self.tallies: dict[int, _Tally] = {}

    def begin(self) -> None:
        with self._lock:
            self._flight.requests += 1

    def finish(self, status: int, seconds: float, trace_id: str | None = None) -> None:
        with self._lock:
            self._flight.requests -= 1
            tally = self.tallies.get(status)
            if tally is None:
                tally = self.tally_of(status)
            at = bisect.bisect_left(self._bounds, seconds)
            tally.buckets[at] += 1
            tally.seconds += seconds
            if trace_id is not None:
                tally.exemplars[at] = _Exemplar(trace_id, seconds, self._now())

    def tally_of(self, status: int) -> _Tally:
        """Gives the tally of a status, made when it is new; needs the lock."""
        known = metrics.known_status(status)
        return self.tallies.setdefault(known, _Tally(len(self._bounds) + 1))

    def sum(self) -> _Tally:
        """Gives one tally of all statuses; needs the lock."""
        total = _Tally(len(self._bounds) + 1)
        for tally in self.tallies.values():
            total.add(tally)
        return total


class InProcessMetrics:
    """A prometheus-client collector that holds the counts of one process.

    Args:
        now: Unix seconds, for the exemplars.
    """

    def __init__(
        self,
        bounds: Sequence[float],
        names: http_metrics.Naming = http_metrics.PROMETHEUS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._bounds: Final = tuple(bounds)
        self._bound_labels: Final = tuple(
            utils.floatToGoString(bound)  # type: ignore[no-untyped-call]  # upstream
            for bound in (*self._bounds, "inf")
        )
        self._names: Final = names
        self._now: Final = now
        self._lock: Final = threading.Lock()
        self._endpoints: Final[dict[_Labels, _InProcessEndpoint]] = {}
        self._flights: Final[dict[tuple[str, ...], _Flight]] = {}

    def endpoint(self, method: str, route: str, operation: str) -> _InProcessEndpoint:
        """Gives the endpoint with these labels: the same one every time."""
        labels = (method, route, operation)
        with self._lock:
            found = self._endpoints.get(labels)
            if found is None:
                running = self._names.in_progress.label_values(*labels)
                flight = self._flights.setdefault(running, _Flight())
                found = _InProcessEndpoint(self._lock, self._bounds, flight, self._now)
                self._endpoints[labels] = found
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
        yield from families.empty(self._names)

    def collect(self) -> Iterator[core.Metric]:
        """Gives every series as it is now, all from the same moment."""
        with self._lock:
            collected = tuple(self._collect())
        yield from collected

    def _collect(self) -> Iterator[core.Metric]:
        if self._names.requests is not None:
            yield self._requests(self._names.requests)
        yield self._durations(self._names.durations)
        running = families.gauge(self._names.in_progress)
        for labels, flight in self._flights.items():
            running.add_metric(labels, flight.requests)
        yield running

    def _requests(self, family: http_metrics.Family) -> core.Metric:
        requests = families.counter(family)
        for labels, endpoint in self._endpoints.items():
            for status, tally in endpoint.tallies.items():
                requests.add_metric(
                    family.label_values(*labels, status), sum(tally.buckets)
                )
        return requests

    def _durations(self, family: http_metrics.Family) -> core.Metric:
        durations = families.histogram(family)
        for labels, endpoint in self._endpoints.items():
            tallies: Iterable[tuple[int, _Tally]] = (
                endpoint.tallies.items()
                if family.is_by_status
                else [(0, endpoint.sum())]
            )
            for status, tally in tallies:
                durations.add_metric(
                    family.label_values(*labels, status),
                    self._buckets(tally),
                    tally.seconds,
                )
        return durations

    def _buckets(
        self, tally: _Tally
    ) -> list[tuple[str, float] | tuple[str, float, core.Exemplar]]:
        counts = itertools.accumulate(tally.buckets)
        return [
            (bound, float(count), tally.exemplars[at].expose())
            if at in tally.exemplars
            else (bound, float(count))
            for at, (bound, count) in enumerate(
                zip(self._bound_labels, counts, strict=True)
            )
        ]
