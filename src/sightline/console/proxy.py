"""The way from the browser to Prometheus: read-only, and only the paths on a list."""

import re
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from sightline import errors
from sightline.clients import relays
from sightline.console import answers, upstream

__all__ = ["PrometheusProxy"]

# Nothing here writes: no admin, no reload, no remote write, no configuration either,
# which may carry addresses that are nobody's business.
_ALLOWED: Final = re.compile(
    r"query|query_range|query_exemplars|series|labels|label/[\w%.:-]+/values"
    r"|alerts|rules|metadata|targets/metadata"
)
_BY_FORM: Final = frozenset(
    {"query", "query_range", "query_exemplars", "series", "labels"}
)
_MOST_FORM_BYTES: Final = 1 << 18
_FRESH_SECONDS: Final = 5.0
"""A question names its time; viewers ask for the same one within a refresh."""


class PrometheusProxy:
    """Answers `/api/prometheus/api/v1/…` with what Prometheus says."""

    def __init__(self, servers: upstream.Upstream) -> None:
        self._servers = servers
        self._relay = servers.prometheus_relay

    async def answer(self, request: Request) -> Response:
        """Passes one allowed question on."""
        path: str = request.path_params["path"]
        if _ALLOWED.fullmatch(path) is None:
            return answers.failure(403, f"{path!r} is no read-only path")
        if request.method == "POST" and path not in _BY_FORM:
            return answers.failure(405, f"{path!r} is asked by GET")
        try:
            answer = await self._ask(request, f"/api/v1/{path}")
        except errors.ServerUnavailable as error:
            self._servers.counters.unanswered.labels(self._relay.name).inc()
            return answers.failure(502, f"{error}. The query was not run.")
        if answer is None:
            return answers.failure(413, "the question is too long")
        return Response(
            answer.content, status_code=answer.status, media_type=answer.content_type
        )

    async def _ask(self, request: Request, path: str) -> relays.Answer | None:
        if request.method == "GET":
            query = request.url.query
            return await self._share(
                request, f"{path}?{query}", lambda: self._relay.get(path, query)
            )
        form = bytearray()
        async for chunk in request.stream():
            form += chunk
            if len(form) > _MOST_FORM_BYTES:
                return None
        asked = bytes(form)
        return await self._share(
            request,
            f"{path} {asked.decode(errors='replace')}",
            lambda: self._relay.post(path, asked),
        )

    async def _share(
        self, request: Request, key: str, ask: Callable[[], Awaitable[relays.Answer]]
    ) -> relays.Answer:
        # Who presses "refresh" wants to know what is so now.
        anew = "no-cache" in request.headers.get("cache-control", "")
        return await self._servers.answers.get(key, _FRESH_SECONDS, ask, anew=anew)
