"""What the adapters of synchronous and other frameworks share: a request, timed."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import prometheus_client

from sightline.instrument import counting, endpoints, metrics, routes, tracing

__all__ = ["EXCLUDED_PATHS", "Meter", "Timing"]

EXCLUDED_PATHS: Final = ("/health", "/metrics")
"""Asked by machines, not by users: not counted at all."""


class Timing:
    """A request in progress, until it ends: once, whatever is said afterwards."""

    __slots__ = ("_endpoint", "_meter", "_started")

    def __init__(self, endpoint: metrics.Endpoint, meter: "Meter") -> None:
        self._endpoint: metrics.Endpoint | None = endpoint
        self._meter = meter
        endpoint.begin()
        self._started = meter.clock()

    def end(
        self,
        status: int,
        sent: Mapping[str, str] | None = None,
        header: str = "traceparent",
    ) -> None:
        """Counts the request with its outcome, unless it has ended already.

        Args:
            status: see `metrics.known_status`.
            sent: the headers of the request; looked at for exemplars alone.
            header: how `traceparent` is called there.
        """
        endpoint = self._endpoint
        if endpoint is None:
            return
        self._endpoint = None
        meter = self._meter
        seconds = meter.clock() - self._started
        if meter.exemplars is None:
            endpoint.finish(status, seconds)
        else:
            traceparent = None if sent is None else sent.get(header)
            endpoint.finish(status, seconds, meter.exemplars(traceparent))


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

    __slots__ = ("_directory", "_excluded", "clock", "exemplars")

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
        self.clock = clock
        self.exemplars = exemplars

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
        endpoint = self.endpoint(method, path, find_template)
        return None if endpoint is None else Timing(endpoint, self)

    def endpoint(
        self, method: str, path: str, find_template: Callable[[], str | None]
    ) -> metrics.Endpoint | None:
        """Gives where a request is counted, or None where it is not; see `start`."""
        if path in self._excluded:
            return None
        return self._directory.endpoint(method, path, find_template)

    def declares(self, template: str) -> bool:
        """Whether a template is declared to the letter, whatever paths it matches."""
        return self._directory.declares(template)
