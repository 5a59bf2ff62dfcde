"""ASGI middleware that counts the requests of a service."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import prometheus_client

from sightline.instrument import counting, exchanges, frameworks, metrics, routes
from sightline.model import services

__all__ = ["EXCLUDED_PATHS", "Middleware"]

EXCLUDED_PATHS: Final = ("/health", "/metrics")
"""Asked by machines, not by users: not counted at all."""

_METHODS: Final = frozenset(
    {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}
)
"""https://www.rfc-editor.org/rfc/rfc9110#section-9 and RFC 5789 (PATCH)."""

_OTHER_METHOD: Final = "OTHER"
_OTHER: Final = services.OperationClass.OTHER
_MOST_DISCOVERED_ROUTES: Final = 500
"""A bound for the labels, whatever a framework calls its routes."""


class _RouteEndpoints:
    """The endpoints of one route, by method as requested."""

    __slots__ = ("_by_method", "_counts", "_operations", "_template")

    def __init__(
        self,
        template: str,
        counts: metrics.HttpMetrics,
        operations: Mapping[str, services.OperationClass],
    ) -> None:
        self._template = template
        self._counts = counts
        self._operations = operations
        self._by_method: dict[str, metrics.Endpoint] = {}

    def of(self, method: str) -> metrics.Endpoint:
        """Gives the endpoint of a method; unknown ones share `OTHER`."""
        endpoint = self._by_method.get(method)
        return self._open(method) if endpoint is None else endpoint

    def _open(self, method: str) -> metrics.Endpoint:
        if method not in _METHODS and method not in self._operations:
            method = _OTHER_METHOD
        # Routers answer HEAD wherever they answer GET, so it is the same operation.
        declared = "GET" if method == "HEAD" else method
        operation = self._operations.get(declared, _OTHER)
        endpoint = self._counts.endpoint(method, self._template, operation.value)
        self._by_method[method] = endpoint
        return endpoint


class Middleware:
    """Counts, times and passes on every HTTP request and websocket handshake.

    Put it outermost, so that it sees what the client sees. A declared route is
    counted under its template and operation; an undeclared one under the template
    that the framework's router found and `other`; the rest as `unmatched`.

    Example:
        ```python
        app = instrument.Middleware(
            app, declared=[instrument.Route("GET", "/jobs/{job_id}", READ)]
        )
        ```

    Args:
        app: the application to measure.
        declared: the routes of the service; none twice.
        counts: where to count; registered with prometheus-client's global registry
            when None. Pass one to share it, or to use another registry or buckets.
        excluded: paths that are passed on uncounted.
        clock: seconds that never go backwards.

    Raises:
        ValueError: when a route is declared twice or its template is malformed.
    """

    def __init__(
        self,
        app: exchanges.Application,
        *,
        declared: Iterable[routes.Route] = (),
        counts: metrics.HttpMetrics | None = None,
        excluded: Iterable[str] = EXCLUDED_PATHS,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._app = app
        self._clock = clock
        self._excluded = frozenset(excluded)
        # Read first: a malformed route must not leave metrics registered behind it.
        operations = _operations_by_template(declared := tuple(declared))
        routes.Matcher.of(operations)
        if counts is None:
            counts = counting.open_metrics(prometheus_client.REGISTRY)
        self._counts = counts
        self._declared = routes.Matcher.of(
            {
                template: _RouteEndpoints(template, counts, by_method)
                for template, by_method in operations.items()
            }
        )
        self._unmatched = _RouteEndpoints(routes.UNMATCHED, counts, {})
        self._discovered: dict[str, _RouteEndpoints] = {}
        _initialise(counts, declared)

    async def __call__(
        self, scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
    ) -> None:
        """Serves one ASGI connection."""
        kind = scope["type"]
        if kind not in {"http", "websocket"}:  # the lifespan, and what is yet to come
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        root_path: str = scope.get("root_path", "")
        if root_path and path.startswith(root_path + "/"):
            path = path[len(root_path) :]
        if path in self._excluded:
            await self._app(scope, receive, send)
            return
        is_http = kind == "http"
        finish = self._begin(scope, scope["method"] if is_http else "GET", path)
        watch = exchanges.Exchange if is_http else exchanges.Handshake
        exchange = watch(receive, send, finish)
        is_cancelled = False
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except asyncio.CancelledError:
            is_cancelled = True
            raise
        finally:
            if exchange.is_open:
                exchange.close(is_cancelled=is_cancelled)

    def _begin(
        self, scope: exchanges.Scope, method: str, path: str
    ) -> Callable[[int], None]:
        declared = self._declared.find(path)
        clock = self._clock
        endpoint = (self._unmatched if declared is None else declared).of(method)
        endpoint.begin()
        started = clock()

        def finish(status: int) -> None:
            endpoint.finish(status, clock() - started)

        def finish_undeclared(status: int) -> None:
            seconds = clock() - started
            # Only now has the router run. All undeclared routes are of the operation
            # `other`, so that what began there ends there.
            self._discover(scope, root_path).of(method).finish(status, seconds)

        if declared is not None:
            return finish
        root_path: str = scope.get("root_path", "")
        return finish_undeclared

    def _discover(self, scope: exchanges.Scope, root_path: str) -> _RouteEndpoints:
        template = frameworks.route_template(scope, root_path)
        if template is None:
            return self._unmatched
        found = self._discovered.get(template)
        if found is None:
            if len(self._discovered) >= _MOST_DISCOVERED_ROUTES:
                return self._unmatched
            found = _RouteEndpoints(template, self._counts, {})
            self._discovered[template] = found
        return found


def _operations_by_template(
    declared: Iterable[routes.Route],
) -> Mapping[str, Mapping[str, services.OperationClass]]:
    operations: dict[str, dict[str, services.OperationClass]] = {}
    for route in declared:
        by_method = operations.setdefault(route.template, {})
        if route.method in by_method:
            raise ValueError(f"declared twice: {route.method} {route.template}")
        by_method[route.method] = route.operation
    return operations


def _initialise(counts: metrics.HttpMetrics, declared: Iterable[routes.Route]) -> None:
    counts.initialise("GET", routes.UNMATCHED, _OTHER.value, metrics.INITIAL_STATUSES)
    for route in declared:
        counts.initialise(
            route.method,
            route.template,
            route.operation.value,
            (*metrics.INITIAL_STATUSES, *route.statuses),
        )
