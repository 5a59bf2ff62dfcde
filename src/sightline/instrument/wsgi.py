"""WSGI middleware that counts the requests of a service: Flask, Bottle, any other.

```python
app = flask.Flask(__name__)
app.wsgi_app = wsgi.Middleware(app.wsgi_app, declared=[...])
```

How the endings are counted: the whole body was taken by the server: the status that
was sent; the server closed the response before (its client has left): 499; the
application raised, also in the middle of its body: 500.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, Final

import prometheus_client
from prometheus_client import registry

from sightline.instrument import exposition, meters, metrics, templates

__all__ = [
    "Answer",
    "Application",
    "Environ",
    "MetricsPage",
    "Middleware",
    "StartResponse",
]

# What a key of the environment holds depends on the key, and `start_response` may be
# given one argument less.
Environ = dict[str, Any]
"""The environment of a request: https://peps.python.org/pep-3333/."""

_Headers = list[tuple[str, str]]
_Failure = tuple[type[BaseException], BaseException, TracebackType]
StartResponse = Callable[..., Callable[[bytes], object]]
"""What an application calls with the status and the headers."""

Application = Callable[[Environ, StartResponse], Iterable[bytes]]
"""A WSGI application."""

_SERVER_ERROR: Final = 500
_TRACEPARENT: Final = "HTTP_TRACEPARENT"


class Middleware:
    """Counts, times and passes on every request.

    Put it outermost, so that it sees what the client sees. A declared route is counted
    under its template and operation; an undeclared one under the rule that Flask (or
    whatever stands on Werkzeug) found, and `other`; the rest as `unmatched`.

    Args:
        app: the application to measure.
        meter: what is counted and how; one with the global registry when None.
    """

    def __init__(self, app: Application, meter: meters.Meter | None = None) -> None:
        self._app = app
        self._meter = meters.Meter() if meter is None else meter

    def __call__(
        self, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Serves one request."""
        request = _Request(environ, start_response)
        endpoint = self._meter.endpoint(
            environ["REQUEST_METHOD"],
            environ.get("PATH_INFO") or "/",
            request.find_template,
        )
        if endpoint is None:
            return self._app(environ, start_response)
        answer = Answer(endpoint, self._meter, request)
        try:
            answer.body = self._app(environ, request.note_start)
        except BaseException:
            answer.end(_SERVER_ERROR, environ, _TRACEPARENT)
            raise
        return answer


class _Request:
    """What is known of a request when its response starts.

    Attributes:
        status: as the application said it; 500 until then.
    """

    __slots__ = ("_start", "_werkzeug", "environ", "status")

    def __init__(self, environ: Environ, start: StartResponse) -> None:
        self.environ = environ
        self.status = _SERVER_ERROR
        self._start = start
        self._werkzeug: object = None

    def note_start(
        self, status: str, headers: _Headers, failure: _Failure | None = None
    ) -> Callable[[bytes], object]:
        """Passes on how the response starts: the application's `start_response`."""
        self.status = int(status[:3])
        # Flask takes it away again before the first byte of the body is asked for.
        self._werkzeug = self.environ.get("werkzeug.request")
        if failure is None:
            return self._start(status, headers)
        return self._start(status, headers, failure)

    def find_template(self) -> str | None:
        """Gives the rule that Werkzeug's router found."""
        rule = getattr(getattr(self._werkzeug, "url_rule", None), "rule", None)
        return templates.from_angles(rule) if isinstance(rule, str) else None


class Answer(meters.Timing):
    """The response to one request: an iterable that knows how it ended.

    Attributes:
        body: what the application answered.
    """

    __slots__ = ("_request", "body")

    def __init__(
        self, endpoint: metrics.Endpoint, meter: meters.Meter, request: _Request
    ) -> None:
        super().__init__(endpoint, meter)
        self._request = request
        self.body: Iterable[bytes] = ()

    def __iter__(self) -> Iterator[bytes]:
        """Gives the body; its end is the end of the request."""
        request = self._request
        try:
            yield from self.body
            self.end(request.status, request.environ, _TRACEPARENT)
        except GeneratorExit:
            raise  # `close` says what it was
        except BaseException:
            self.end(_SERVER_ERROR, request.environ, _TRACEPARENT)
            raise

    def close(self) -> None:
        """Lets go; a body that was not taken whole has lost its client."""
        try:
            close = getattr(self.body, "close", None)
            if close is not None:
                close()
        finally:
            environ = self._request.environ
            self.end(metrics.CLIENT_CLOSED_REQUEST, environ, _TRACEPARENT)


class MetricsPage:
    """Answers GET with the exposition, as a WSGI application of its own."""

    def __init__(
        self, own: registry.CollectorRegistry = prometheus_client.REGISTRY
    ) -> None:
        self._registry = exposition.exposed_registry(own)

    def __call__(
        self, environ: Environ, start_response: StartResponse
    ) -> Sequence[bytes]:
        """Serves one scrape."""
        page = exposition.render_page(
            self._registry,
            environ["REQUEST_METHOD"],
            environ.get("HTTP_ACCEPT", ""),
            environ.get("HTTP_ACCEPT_ENCODING", ""),
        )
        start_response(
            f"{page.status.value} {page.status.phrase}", list(page.headers.items())
        )
        return [page.body]
