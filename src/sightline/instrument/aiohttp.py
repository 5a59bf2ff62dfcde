"""aiohttp middleware that counts the requests of a service.

```python
app = web.Application(middlewares=[aiohttp.middleware(meter)])
app.router.add_get("/metrics", aiohttp.metrics_page())
```

aiohttp sends a finished response after its middlewares: that the last bytes of a plain
response went out is not seen here, while a stream is followed to its end. A client that
left is seen where the server was told to cancel its handlers
(`handler_cancellation=True`), and where writing to it failed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import prometheus_client
from aiohttp import hdrs, typedefs, web
from prometheus_client import registry

from sightline.instrument import exposition, meters, metrics

__all__ = ["metrics_page", "middleware"]

_SERVER_ERROR: Final = 500


def middleware(meter: meters.Meter | None = None) -> typedefs.Middleware:
    """Gives the middleware; make it the first, so that it sees what others refuse.

    Args:
        meter: what is counted and how; one with the global registry when None.
    """
    counted = meters.Meter() if meter is None else meter

    finder, clock, exemplars = _Finder(counted), counted.clock, counted.exemplars
    find_known = finder.known.get

    @web.middleware
    async def measure(  # the names are aiohttp's
        request: web.Request, handler: typedefs.Handler
    ) -> web.StreamResponse:
        endpoint = find_known(request.match_info.route) or finder.find(request)
        if endpoint is None:
            return await handler(request)
        endpoint.begin()
        started, status = clock(), _SERVER_ERROR
        try:
            response = await handler(request)
            status = response.status
        except web.HTTPException as raised:
            status = raised.status
            raise
        except (asyncio.CancelledError, ConnectionResetError):
            status = metrics.CLIENT_CLOSED_REQUEST
            raise
        finally:
            trace_id = exemplars and exemplars(request.headers.get("traceparent"))
            endpoint.finish(status, clock() - started, trace_id)
        return response

    return measure


class _Finder:
    """The endpoints of requests.

    Attributes:
        known: by the route that aiohttp's router found, where that is enough.
    """

    def __init__(self, meter: meters.Meter) -> None:
        self._meter = meter
        self.known: dict[web.AbstractRoute, metrics.Endpoint] = {}

    def find(self, request: web.Request) -> metrics.Endpoint | None:
        """Gives where to count a request; None: nowhere."""
        route = request.match_info.route
        template = None if route.resource is None else route.resource.canonical
        endpoint = self._meter.endpoint(request.method, request.path, lambda: template)
        # Only then do all its requests belong to one declared template.
        is_enough = (
            template is not None
            and self._meter.declares(template)
            and route.method != hdrs.METH_ANY
        )
        if is_enough and endpoint is not None:
            self.known[route] = endpoint
        return endpoint


def metrics_page(
    own: registry.CollectorRegistry = prometheus_client.REGISTRY,
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Gives what answers a scrape: give it to `add_get`."""
    exposed = exposition.exposed_registry(own)

    async def answer(request: web.Request) -> web.Response:
        page = exposition.render_page(
            exposed,
            request.method,
            request.headers.get("accept", ""),
            request.headers.get("accept-encoding", ""),
        )
        return web.Response(
            body=page.body, status=page.status.value, headers=page.headers
        )

    return answer
