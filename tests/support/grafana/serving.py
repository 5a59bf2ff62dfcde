"""Ways to reach the Grafana of the tests: in process, or over HTTP."""

import asyncio
import contextlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

import httpx
import uvicorn
from starlette import applications, requests, responses, routing

from support import programs
from support.grafana import answers, contract, memory

__all__ = ["Fault", "GrafanaTransport", "serving"]

Fault = Callable[[httpx.Request], httpx.Response]
"""Gives an answer, or raises what httpx raises, in the place of Grafana."""

_IS_GRAFANAS_OWN: Final = re.compile("/api/(?!datasources/proxy/)")
"""What is behind a data source has a contract of its own."""


class GrafanaTransport(httpx.AsyncBaseTransport):
    """Brings requests to a Grafana; judges each and its answer where it can.

    Attributes:
        judge: Grafana's own document; `None` where it is not at hand.
        judged: method and path of every request that it found right, with its answer.
    """

    def __init__(self, grafana: memory.MemoryGrafana) -> None:
        self.grafana = grafana
        self.judge = contract.find()
        self.judged: set[tuple[str, str]] = set()
        self._faults: list[tuple[str, re.Pattern[str], Fault]] = []

    def break_next(self, method: str, path: str, fault: Fault, times: int = 1) -> None:
        """Lets a fault take the place of the answers to the next such requests."""
        self._faults += [(method, re.compile(path), fault)] * times

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return self.handle(request)

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Gives the answer, which is judged unless a fault made it."""
        judge = self.judge
        is_judged = _IS_GRAFANAS_OWN.match(request.url.path) is not None
        # The document wants credentials for everything; strangers are no part of it.
        if judge and is_judged and "authorization" in request.headers:
            judge.judge_request(request)
        for place, (method, path, fault) in enumerate(self._faults):
            if method == request.method and path.search(request.url.path):
                del self._faults[place]
                return fault(request)
        response = self.grafana.answer(request)
        if judge and is_judged and answers.UNJUDGED not in response.extensions:
            judge.judge_response(request, response)
            self.judged.add((request.method, request.url.path))
        return response


@contextlib.contextmanager
def serving(transport: GrafanaTransport, latency_seconds: float = 0.0) -> Iterator[str]:
    """Serves a Grafana over HTTP while the block runs, and gives its URL.

    Args:
        transport: answers.
        latency_seconds: passes before each answer.
    """

    async def answer(request: requests.Request) -> responses.Response:
        await asyncio.sleep(latency_seconds)
        url = f"{contract.URL}{request.scope['raw_path'].decode()}"
        if request.url.query:
            url += f"?{request.url.query}"
        response = transport.handle(
            httpx.Request(
                request.method,
                url,
                headers=dict(request.headers),
                content=await request.body(),
            )
        )
        return responses.Response(
            response.content,
            status_code=response.status_code,
            media_type=response.headers.get("content-type"),
        )

    methods = ["GET", "POST", "PUT", "DELETE"]
    app = applications.Starlette(
        routes=[routing.Route("/{path:path}", answer, methods=methods)]
    )
    port = programs.free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
