"""What the adapters of synchronous and other frameworks share: a request, timed."""

import time
from collections.abc import Callable, Iterable
from typing import Final

import prometheus_client

from sightline.instrument import counting, endpoints, metrics, routes, tracing

__all__ = ["EXCLUDED_PATHS", "Meter", "Timing"]

EXCLUDED_PATHS: Final = ("/health", "/metrics")
"""Asked by machines, not by users: not counted at all."""


class Timing:
    """A request in progress, until it ends: once, whatever is said afterwards."""

    __slots__ = ("_clock", "_endpoint", "_exemplars", "_started", "is_open")

    def __init__(
        self,
        endpoint: metrics.Endpoint,
        clock: Callable[[], float],
        exemplars: tracing.TraceSource | None,
    ) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._exemplars = exemplars
        self.is_open = True
        endpoint.begin()
        self._started = clock()

    def end(self, status: int, traceparent: str | None = None) -> None:
        """Counts the request with its outcome, unless it has ended already.

        Args:
            status: see `metrics.known_status`.
            traceparent: the header of that name.
        """
        if not self.is_open:
            return
        self.is_open = False
        seconds = self._clock() - self._started
        trace_id = None if self._exemplars is None else self._exemplars(traceparent)
        self._endpoint.finish(status, seconds, trace_id)


class Meter:
    """The requests of one application.

    Args:
        declared: the routes of the service; none twice.
        counts: where to count; registered with prometheus-client's global registry
            when None.
        excluded: paths that are not counted.
        clock: seconds that never go backwards.
        exemplars: gives the trace that shows a request; see `tracing`.

    Raises:
        ValueError: when a route is declared twice or its template is malformed.
    """

    __slots__ = ("_clock", "_directory", "_excluded", "_exemplars")

    def __init__(
        self,
        *,
        declared: Iterable[routes.Route] = (),
        counts: metrics.HttpMetrics | None = None,
        excluded: Iterable[str] = EXCLUDED_PATHS,
        clock: Callable[[], float] = time.perf_counter,
        exemplars: tracing.TraceSource | None = None,
    ) -> None:
        if counts is None:
            counts = counting.open_metrics(prometheus_client.REGISTRY)
        self._directory = endpoints.Directory(declared, counts)
        self._excluded = frozenset(excluded)
        self._clock = clock
        self._exemplars = exemplars

    def start(
        self, method: str, path: str, find_template: Callable[[], str | None]
    ) -> Timing | None:
        """Gives the request that begins now, or None where it is not counted.

        Args:
            method: as requested.
            path: as requested, without what the application is mounted below.
            find_template: asked when the request is over and its route was not
                declared; gives the template that the framework's router found.
        """
        if path in self._excluded:
            return None
        endpoint = self._directory.endpoint(method, path, find_template)
        return Timing(endpoint, self._clock, self._exemplars)
