"""ASGI middleware that counts the requests of a service."""

import asyncio
import functools
import time
from collections.abc import Callable, Iterable

import prometheus_client

from sightline.instrument import (
    counting,
    endpoints,
    exchanges,
    frameworks,
    meters,
    metrics,
    routes,
    tracing,
)

__all__ = ["Middleware"]


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
        exemplars: gives the trace that shows a request; see `tracing`.

    Raises:
        ValueError: when a route is declared twice or its template is malformed.
    """

    def __init__(
        self,
        app: exchanges.Application,
        *,
        declared: Iterable[routes.Route] = (),
        counts: metrics.HttpMetrics | None = None,
        excluded: Iterable[str] = meters.EXCLUDED_PATHS,
        clock: Callable[[], float] = time.perf_counter,
        exemplars: tracing.TraceSource | None = None,
    ) -> None:
        if counts is None:
            counts = counting.open_metrics(prometheus_client.REGISTRY)
        self._app = app
        self._directory = endpoints.Directory(declared, counts)
        self._excluded = frozenset(excluded)
        self._clock = clock
        self._exemplars = exemplars

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
        method = scope["method"] if is_http else "GET"
        find_template = functools.partial(frameworks.route_template, scope, root_path)
        endpoint = self._directory.endpoint(method, path, find_template)
        watch = exchanges.Exchange if is_http else exchanges.Handshake
        trace = (
            functools.partial(_trace_of, self._exemplars, scope["headers"])
            if self._exemplars
            else None
        )
        exchange = watch(receive, send, endpoint, self._clock, trace)
        is_cancelled = False
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except asyncio.CancelledError:
            is_cancelled = True
            raise
        finally:
            if exchange.is_open:
                exchange.close(is_cancelled=is_cancelled)


def _trace_of(
    exemplars: tracing.TraceSource, headers: Iterable[tuple[bytes, bytes]]
) -> str | None:
    sent = dict(headers).get(b"traceparent")
    return exemplars(None if sent is None else sent.decode("latin-1"))
