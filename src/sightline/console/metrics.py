"""The console's own metrics."""

import time
from typing import Final

import prometheus_client
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Meter", "Metrics"]

_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Counters of one console, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = prometheus_client.CollectorRegistry()
        self.requests = prometheus_client.Counter(
            "console_http_requests_total",
            "Requests that the console answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.durations = prometheus_client.Histogram(
            "console_http_request_duration_seconds",
            "How long the console took to answer.",
            ("route",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.unanswered = prometheus_client.Counter(
            "console_upstream_failures_total",
            "Questions that Prometheus or Alertmanager did not answer.",
            ("server",),
            registry=self.registry,
        )
        for server in ("Prometheus", "Alertmanager"):
            self.unanswered.labels(server)
        prometheus_client.ProcessCollector(registry=self.registry)

    async def expose(self, _: Request) -> Response:
        """Answers a scrape."""
        return Response(
            prometheus_client.generate_latest(self.registry),
            media_type="text/plain; version=0.0.4; charset=utf-8",
        )


class Meter:
    """ASGI middleware that counts requests by route template, never by raw path."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on and counts it when it has been answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin = time.perf_counter()
        status = 500

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        finally:
            route = _find_route(scope)
            self._metrics.requests.labels(scope["method"], route, str(status)).inc()
            self._metrics.durations.labels(route).observe(time.perf_counter() - begin)


def _find_route(scope: Scope) -> str:
    # The router notes what it matched; a mount (static files) has no route of its own.
    route = scope.get("route")
    path: object = getattr(route, "path", None)
    if isinstance(path, str):
        return path
    mount = str(scope.get("root_path") or "")
    return f"{mount}/…" if mount else "unmatched"
