"""cdn-edge: where users come in; it answers public pages from its cache.

`/jobs/…` and `/search` are public pages, kept for a minute; everything else is
passed on to the gateway as it is.
"""

import enum
import time
from http import HTTPStatus
from typing import Final

from starlette import requests, responses

from sightline.demo import (
    calls,
    edge_cache,
    event_log,
    places,
    problems,
    runtime,
    settings,
    tls_door,
)

__all__ = ["Edge", "Outcome", "compose", "origin_path"]

_GATEWAY: Final = "api-gateway"
_PUBLIC: Final = ("/jobs/", "/search")
_KEPT_SECONDS: Final = 60.0
_MOST_KEPT: Final = 2000
_PATIENCE_SECONDS: Final = 14.0


class Outcome(enum.Enum):
    """What the cache did for a request."""

    HIT = "hit"
    MISS = "miss"
    PASS = "pass"  # noqa: S105 - the word of the field, and no password


def origin_path(method: str, path: str) -> tuple[str, bool]:
    """Gives the path at the gateway, and whether the answer is public."""
    is_public = method == "GET" and path.startswith(_PUBLIC)
    return (f"/api{path}" if is_public else path), is_public


class Edge:
    """A caching reverse proxy in front of the gateways."""

    def __init__(
        self,
        caller: calls.Caller,
        log: event_log.EventLog,
    ) -> None:
        self._caller = caller
        self._cache = edge_cache.EdgeCache(_KEPT_SECONDS, _MOST_KEPT)
        self._log = log

    async def answer(self, request: requests.Request) -> responses.Response:
        """Answers from the cache, or as the gateway does."""
        started = time.perf_counter()
        client = places.read_address(request.headers.get("x-forwarded-for", ""))
        country = places.country_of(client) if client else places.ELSEWHERE
        outcome, answer = await self._find(request, client)
        self._log.write(
            "request",
            client=client,
            pop=places.pop_of(country),
            status=answer.status,
            cache=outcome.value,
            sent_bytes=len(answer.body),
            seconds=round(time.perf_counter() - started, 6),
        )
        return responses.Response(
            answer.body, answer.status, media_type="application/json"
        )

    async def _find(
        self, request: requests.Request, client: str
    ) -> tuple[Outcome, calls.Answer]:
        path, is_public = origin_path(request.method, request.url.path)
        query = request.url.query
        target = f"{path}?{query}" if query else path
        if is_public and (kept := self._cache.find(target)):
            return Outcome.HIT, kept
        call = calls.Call(
            program=_GATEWAY,
            method=request.method,
            path=target,
            body=await request.body(),
            session=request.headers.get("x-session", ""),
            # Those who share a public page have no address in common.
            client="" if is_public else client,
            timeout_seconds=_PATIENCE_SECONDS,
        )
        if is_public:
            fetched = await self._cache.fetch(target, lambda: self._ask(call))
            return Outcome.MISS, fetched
        return Outcome.PASS, await self._ask(call)

    async def _ask(self, call: calls.Call) -> calls.Answer:
        """Gives the gateway's answer; one that is away is answered for."""
        started = time.perf_counter()
        try:
            answer = await self._caller.call(call)
        except problems.Unavailable as error:
            late, lost = HTTPStatus.GATEWAY_TIMEOUT, HTTPStatus.BAD_GATEWAY
            status = late if error.timed_out else lost
            answer = calls.Answer(status, b'{"error": "the origin does not answer"}')
        self._log.write(
            "origin_request",
            status=answer.status,
            seconds=round(time.perf_counter() - started, 6),
        )
        return answer


def compose(surroundings: runtime.Surroundings) -> runtime.Program:
    """Gives the edge, which knows no routes: it answers whatever is asked."""
    told = surroundings.settings
    caller = calls.Caller(told.peers)
    door = tls_door.TlsDoor(told.tls_port, told.port, told.storage / settings.EDGE)
    return runtime.Program(
        endpoints=(),
        connections=(caller, door),
        otherwise=Edge(caller, surroundings.request_log()).answer,
    )
