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
from aiohttp import typedefs, web
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

    @web.middleware
    async def measure(  # the names are aiohttp's
        request: web.Request, handler: typedefs.Handler
    ) -> web.StreamResponse:
        timing = counted.start(request.method, request.path, lambda: _template(request))
        if timing is None:
            return await handler(request)
        status = _SERVER_ERROR
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
            timing.end(status, request.headers)
        return response

    return measure


def _template(request: web.Request) -> str | None:
    resource = request.match_info.route.resource
    return None if resource is None else resource.canonical


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
