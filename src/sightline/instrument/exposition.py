"""The `/metrics` page of a service, as an ASGI application."""

import gzip
from typing import Final

import prometheus_client
from prometheus_client import exposition, multiprocess, registry, values

from sightline.instrument import exchanges

__all__ = ["MetricsPage", "exposed_registry"]

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
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if scope["method"] not in _READING:
            await _respond(send, 405, {b"allow": b"GET, HEAD"}, b"")
            return
        encode, content_type = exposition.choose_encoder(
            headers.get(b"accept", b"").decode("latin-1")
        )
        body = encode(self._registry)
        answer = {b"content-type": content_type.encode()}
        accepts_gzip = exposition.gzip_accepted(
            headers.get(b"accept-encoding", b"").decode("latin-1")
        )
        if accepts_gzip and len(body) >= _LEAST_COMPRESSED_BYTES:
            body = gzip.compress(body, compresslevel=1)
            answer[b"content-encoding"] = b"gzip"
        answer[b"content-length"] = str(len(body)).encode()
        await _respond(send, 200, answer, b"" if scope["method"] == "HEAD" else body)


async def _respond(
    send: exchanges.Send, status: int, headers: dict[bytes, bytes], body: bytes
) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": list(headers.items()),
        }
    )
    await send({"type": "http.response.body", "body": body})
