"""Django middleware that counts the requests of a service, under WSGI and ASGI.

```python
# project/measured.py
measure = django.middleware(meters.Meter(declared=[...]))
metrics_page = django.metrics_page()

# settings.py: the first, so that it sees what the others answer
MIDDLEWARE = ["project.measured.measure", ...]

# urls.py
urlpatterns = [path("metrics", measured.metrics_page), ...]
```

The time runs until the response is complete, or its stream was closed. Under ASGI a
client that left before the view had answered is counted as 499.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol, cast

import prometheus_client
from prometheus_client import registry

from sightline.instrument import exposition, meters, metrics, templates

__all__ = ["Request", "Response", "metrics_page", "middleware"]

_SERVER_ERROR: Final = 500
_TRACEPARENT: Final = "HTTP_TRACEPARENT"
"""As WSGI writes headers; `request.headers` would read all of them for it."""


class Request(Protocol):
    """What is used of Django's `HttpRequest`."""

    method: str | None
    path_info: str
    META: dict[str, Any]


class Response(Protocol):
    """What is used of Django's `HttpResponse` and `StreamingHttpResponse`."""

    status_code: int
    streaming: bool
    close: Callable[[], None]


_Sync = Callable[[Request], Response]
_Async = Callable[[Request], Awaitable[Response]]
_Factory = Callable[[_Sync | _Async], _Sync | _Async]


def middleware(meter: meters.Meter | None = None) -> _Factory:
    """Gives a middleware for `MIDDLEWARE`, for synchronous and asynchronous stacks.

    An undeclared route is counted under the pattern that Django's resolver found.

    Args:
        meter: what is counted and how; one with the global registry when None.
    """
    counted = meters.Meter() if meter is None else meter

    def adapt(get_response: _Sync | _Async) -> _Sync | _Async:
        from asgiref import sync  # noqa: PLC0415 - comes with Django, needed by it alone

        if sync.iscoroutinefunction(get_response):
            return _measure_async(counted, cast("_Async", get_response))
        return _measure_sync(counted, cast("_Sync", get_response))

    adapt.sync_capable = adapt.async_capable = True  # type: ignore[attr-defined]  # Django asks for them
    return adapt


def _measure_sync(meter: meters.Meter, get_response: _Sync) -> _Sync:
    def measure(request: Request) -> Response:
        timing = _start(meter, request)
        if timing is None:
            return get_response(request)
        try:
            response = get_response(request)
        except BaseException:
            timing.end(_SERVER_ERROR)
            raise
        return _follow(timing, request, response)

    return measure


def _measure_async(meter: meters.Meter, get_response: _Async) -> _Async:
    async def measure(request: Request) -> Response:
        timing = _start(meter, request)
        if timing is None:
            return await get_response(request)
        try:
            response = await get_response(request)
        except asyncio.CancelledError:
            timing.end(metrics.CLIENT_CLOSED_REQUEST)
            raise
        except BaseException:
            timing.end(_SERVER_ERROR)
            raise
        return _follow(timing, request, response)

    return measure


def _start(meter: meters.Meter, request: Request) -> meters.Timing | None:
    return meter.start(
        request.method or "", request.path_info, lambda: _template(request)
    )


def _follow(timing: meters.Timing, request: Request, response: Response) -> Response:
    """Ends the timing now, or when the server closes the stream."""
    if response.streaming:
        close = response.close

        def close_and_end() -> None:
            try:
                close()
            finally:
                timing.end(response.status_code, request.META, _TRACEPARENT)

        response.close = close_and_end
    else:
        timing.end(response.status_code, request.META, _TRACEPARENT)
    return response


def _template(request: Request) -> str | None:
    match = getattr(request, "resolver_match", None)
    return None if match is None else _readable(match.route)


@functools.lru_cache(maxsize=1024)
def _readable(route: str) -> str:
    """Gives `/jobs/{job_id}` for `jobs/<int:job_id>`, or for the pattern of a regex."""
    return "/" + templates.from_regex(templates.from_angles(route)).lstrip("/")


def metrics_page(
    own: registry.CollectorRegistry = prometheus_client.REGISTRY,
) -> Callable[[Request], Response]:
    """Gives the view that answers a scrape."""
    exposed = exposition.exposed_registry(own)

    def answer(request: Request) -> Response:
        from django import http  # noqa: PLC0415 - only where Django is

        page = exposition.render_page(
            exposed,
            request.method or "",
            request.META.get("HTTP_ACCEPT", ""),
            request.META.get("HTTP_ACCEPT_ENCODING", ""),
        )
        response: Response = http.HttpResponse(
            page.body, status=page.status.value, headers=dict(page.headers)
        )
        return response

    return answer
