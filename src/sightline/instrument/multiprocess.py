"""Counting for a service whose worker processes are scraped as one.

The values are prometheus-client's own, in files that a scrape of any worker adds up.
A process manager has to tell when a worker ends, so that its requests in progress are
no longer counted: `prometheus_client.multiprocess.mark_process_dead(pid)`.
"""

import bisect
import os
import threading
from collections.abc import Iterator, Sequence
from typing import Final

from prometheus_client import core, registry, utils

from sightline.instrument import cells, families, metrics
from sightline.model import http_metrics

__all__ = ["SharedMetrics"]

_Labels = tuple[str, str, str]


class _Histogram:
    """The buckets and the sum of one label set of the durations."""

    __slots__ = ("buckets", "seconds")

    def __init__(
        self,
        sheet: cells.Sheet,
        family: http_metrics.Family,
        labels: Sequence[str],
        bounds: Sequence[float],
    ) -> None:
        named = dict(zip(family.label_names, labels, strict=True))
        self.seconds = sheet.open("histogram", family, "_sum", named)
        self.buckets = tuple(
            sheet.open("histogram", family, "_bucket", {**named, "le": text})
            for text in (
                utils.floatToGoString(bound)  # type: ignore[no-untyped-call]  # upstream
                for bound in (*bounds, "inf")
            )
        )


class _Tally:
    """Where the requests of one endpoint that ended with one status are added."""

    __slots__ = ("durations", "requests")

    def __init__(self, requests: cells.Cell | None, durations: _Histogram) -> None:
        self.requests = requests
        self.durations = durations


class _SharedEndpoint:
    """One method of one route; see `metrics.Endpoint`."""

    __slots__ = (
        "_bounds",
        "_durations",
        "_in_progress",
        "_labels",
        "_owner",
        "_tallies",
    )

    def __init__(
        self, owner: "SharedMetrics", labels: _Labels, in_progress: cells.Cell
    ) -> None:
        self._owner = owner
        self._bounds = owner.bounds
        self._labels = labels
        self._in_progress = in_progress
        self._tallies: dict[int, _Tally] = {}
        family = owner.names.durations
        self._durations = None if family.is_by_status else self._histogram(0)

    def begin(self) -> None:
        running = self._in_progress
        with self._owner.lock:
            running.numbers[running.at] += 1.0

    def finish(self, status: int, seconds: float, trace_id: str | None = None) -> None:
        del trace_id  # prometheus-client's files have no room for exemplars
        running = self._in_progress
        with self._owner.lock:
            running.numbers[running.at] -= 1.0
            tally = self._tallies.get(status)
            if tally is None:
                tally = self.tally_of(status)
            requests = tally.requests
            if requests is not None:
                requests.numbers[requests.at] += 1.0
            durations = tally.durations
            bucket = durations.buckets[bisect.bisect_left(self._bounds, seconds)]
            bucket.numbers[bucket.at] += 1.0
            total = durations.seconds
            total.numbers[total.at] += seconds

    def tally_of(self, status: int) -> _Tally:
        """Gives the tally of a status, made when it is new; needs the lock."""
        known = metrics.known_status(status)
        found = self._tallies.get(known)
        if found is None:
            requests = self._counter(known)
            durations = self._durations or self._histogram(known)
            found = self._tallies[known] = _Tally(requests, durations)
        return found

    def _counter(self, status: int) -> cells.Cell | None:
        family = self._owner.names.requests
        if family is None:
            return None
        labels = family.label_values(*self._labels, status)
        named = dict(zip(family.label_names, labels, strict=True))
        return self._owner.sheet.open("counter", family, "", named)

    def _histogram(self, status: int) -> _Histogram:
        family = self._owner.names.durations
        labels = family.label_values(*self._labels, status)
        return _Histogram(self._owner.sheet, family, labels, self._bounds)


class SharedMetrics:
    """The endpoints of one worker; registered so that no other takes their names.

    Attributes:
        lock: held while numbers change, and while the process forks.
        sheet: where the numbers of this process are.
    """

    def __init__(
        self,
        target: registry.CollectorRegistry,
        bounds: Sequence[float],
        names: http_metrics.Naming = http_metrics.PROMETHEUS,
    ) -> None:
        self.names: Final = names
        self.bounds: Final = tuple(bounds)
        self.lock: Final = threading.Lock()
        self.sheet: Final = cells.Sheet()
        self._endpoints: Final[dict[_Labels, _SharedEndpoint]] = {}
        self._in_progress: Final[dict[tuple[str, ...], cells.Cell]] = {}
        target.register(self)
        os.register_at_fork(
            before=self.lock.acquire,
            after_in_parent=self.lock.release,
            after_in_child=self._follow_fork,
        )

    def endpoint(self, method: str, route: str, operation: str) -> _SharedEndpoint:
        """Gives the endpoint with these labels: the same one every time."""
        with self.lock:
            return self._endpoint((method, route, operation))

    def initialise(
        self, method: str, route: str, operation: str, statuses: Sequence[int]
    ) -> None:
        """Makes the series of these labels exist, at 0."""
        with self.lock:
            endpoint = self._endpoint((method, route, operation))
            for status in statuses:
                endpoint.tally_of(status)

    def describe(self) -> Iterator[core.Metric]:
        """Gives the families without samples: what registration needs."""
        yield from families.empty(self.names)

    def collect(self) -> Iterator[core.Metric]:
        """Gives nothing: `exposition.exposed_registry` reads all workers' files."""
        yield from ()

    def _endpoint(self, labels: _Labels) -> _SharedEndpoint:
        found = self._endpoints.get(labels)
        if found is None:
            found = _SharedEndpoint(self, labels, self._running(labels))
            self._endpoints[labels] = found
        return found

    def _running(self, labels: _Labels) -> cells.Cell:
        family = self.names.in_progress
        shown = family.label_values(*labels)
        found = self._in_progress.get(shown)
        if found is None:
            named = dict(zip(family.label_names, shown, strict=True))
            found = self.sheet.open("gauge", family, "", named)
            self._in_progress[shown] = found
        return found

    def _follow_fork(self) -> None:
        """Goes on in the files of the child; needs the lock, and releases it."""
        self.sheet.follow_fork()
        self.lock.release()
