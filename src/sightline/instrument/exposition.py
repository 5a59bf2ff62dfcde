"""The `/metrics` page of a service, as an ASGI application and for the adapters."""

import gzip
import http
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import prometheus_client
from prometheus_client import exposition, multiprocess, registry, values

from sightline.instrument import exchanges

__all__ = ["MetricsPage", "Page", "exposed_registry", "render_page"]

_READING: Final = frozenset({"GET", "HEAD"})
_LEAST_COMPRESSED_BYTES: Final = 1024


def exposed_registry(
    own: registry.CollectorRegistry = prometheus_client.REGISTRY,
) -> registry.CollectorRegistry:
    """Gives the registry to expose: `own`, or the sum over all worker processes.

    With `PROMETHEUS_MULTIPROC_DIR` set, a scrape reaches one worker and must answer
    for all; collectors of `own` that keep no shared values are then left out.
    """
    if not values.ValueClass._multiprocess:  # noqa: SLF001 - the only sign of the mode
        return own
    shared = registry.CollectorRegistry()
    multiprocess.MultiProcessCollector(shared)  # type: ignore[no-untyped-call]  # untyped upstream
    return shared


@dataclass(frozen=True, slots=True)
class Page:
    """An answer to a scrape."""

    status: http.HTTPStatus
    headers: Mapping[str, str]
    body: bytes


def render_page(
    exposed: registry.CollectorRegistry, method: str, accept: str, encodings: str
) -> Page:
    """Gives the exposition: text or OpenMetrics, compressed on request.

    Args:
        exposed: what to show; see `exposed_registry`.
        method: of the request; only GET and HEAD are answered.
        accept: its `Accept`, or nothing.
        encodings: its `Accept-Encoding`, or nothing.
    """
    if method not in _READING:
        refused = {"allow": "GET, HEAD", "content-length": "0"}
        return Page(http.HTTPStatus.METHOD_NOT_ALLOWED, refused, b"")
    encode, content_type = exposition.choose_encoder(accept)
    body = encode(exposed)
    headers = {"content-type": content_type}
    if exposition.gzip_accepted(encodings) and len(body) >= _LEAST_COMPRESSED_BYTES:
        body = gzip.compress(body, compresslevel=1)
        headers["content-encoding"] = "gzip"
    headers["content-length"] = str(len(body))
    return Page(http.HTTPStatus.OK, headers, b"" if method == "HEAD" else body)


class MetricsPage:
    """Answers GET with the exposition: text or OpenMetrics, compressed on request.

    An instance is an ASGI application: mount it, or give it to a Starlette `Route` as
    the endpoint.
    """

    def __init__(
        self, own: registry.CollectorRegistry = prometheus_client.REGISTRY
    ) -> None:
        self._registry = exposed_registry(own)

    async def __call__(
        self, scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
    ) -> None:
        """Serves one HTTP request."""
        del receive  # a scrape has no body
        asked: dict[bytes, bytes] = dict(scope["headers"])
        page = render_page(
            self._registry,
            scope["method"],
            asked.get(b"accept", b"").decode("latin-1"),
            asked.get(b"accept-encoding", b"").decode("latin-1"),
        )
        await send(
            {
                "type": "http.response.start",
                "status": page.status.value,
                "headers": [(k.encode(), v.encode()) for k, v in page.headers.items()],
            }
        )
        await send({"type": "http.response.body", "body": page.body})
