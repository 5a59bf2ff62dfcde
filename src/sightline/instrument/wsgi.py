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

# WSGI's own: https://peps.python.org/pep-3333/. What a key of the environment holds
# depends on the key, and what `start_response` gives is not used by any framework.
Environ = dict[str, Any]
_Headers = list[tuple[str, str]]
_Failure = tuple[type[BaseException], BaseException, TracebackType]
StartResponse = Callable[..., Callable[[bytes], object]]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_SERVER_ERROR: Final = 500


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
        answer = Answer(environ, start_response)
        timing = self._meter.start(
            environ["REQUEST_METHOD"],
            environ.get("PATH_INFO") or "/",
            answer.find_template,
        )
        if timing is None:
            return self._app(environ, start_response)
        return answer.of(self._app, timing)


class Answer:
    """The response to one request: an iterable that knows how it ended."""

    __slots__ = (
        "_chunks",
        "_close",
        "_environ",
        "_request",
        "_start",
        "_status",
        "_timing",
    )

    def __init__(self, environ: Environ, start: StartResponse) -> None:
        self._environ = environ
        self._start = start
        self._status = _SERVER_ERROR
        self._request: object = None
        self._chunks: Iterator[bytes] = iter(())
        self._close: Callable[[], object] | None = None
        self._timing: meters.Timing | None = None

    def of(self, app: Application, timing: meters.Timing) -> "Answer":
        """Asks the application."""
        self._timing = timing
        try:
            body = app(self._environ, self._note_start)
            self._close = getattr(body, "close", None)
            self._chunks = iter(body)
        except BaseException:
            self._end(_SERVER_ERROR)
            raise
        return self

    def find_template(self) -> str | None:
        """Gives the rule that Werkzeug's router found."""
        rule = getattr(getattr(self._request, "url_rule", None), "rule", None)
        return templates.from_angles(rule) if isinstance(rule, str) else None

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._chunks)
        except StopIteration:
            self._end(self._status)
            raise
        except BaseException:
            self._end(_SERVER_ERROR)
            raise

    def close(self) -> None:
        """Lets go; a body that was not taken whole has lost its client."""
        try:
            if self._close is not None:
                self._close()
        finally:
            self._end(metrics.CLIENT_CLOSED_REQUEST)

    def _note_start(
        self, status: str, headers: _Headers, failure: _Failure | None = None
    ) -> Callable[[bytes], object]:
        self._status = int(status[:3])
        # Flask takes it away again before the first byte of the body is asked for.
        self._request = self._environ.get("werkzeug.request")
        if failure is None:
            return self._start(status, headers)
        return self._start(status, headers, failure)

    def _end(self, status: int) -> None:
        if self._timing is not None:
            self._timing.end(status, self._environ.get("HTTP_TRACEPARENT"))


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
