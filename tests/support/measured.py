"""An ASGI application behind the middleware, a client without a network, a clock."""

import itertools
from collections.abc import Iterable, Mapping

import prometheus_client

from sightline import instrument
from sightline.instrument import exchanges

READ = instrument.OperationClass.READ
WRITE = instrument.OperationClass.WRITE


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Measured:
    """One application, measured in a registry of its own."""

    def __init__(
        self,
        app: exchanges.Application,
        declared: Iterable[instrument.Route] = (),
    ) -> None:
        self.registry = prometheus_client.CollectorRegistry()
        self.clock = Clock()
        self.sent: list[exchanges.Message] = []
        self.app = instrument.Middleware(
            app,
            declared=declared,
            counts=instrument.open_metrics(self.registry),
            clock=self.clock,
        )

    async def ask(
        self,
        path: str = "/",
        method: str = "GET",
        *,
        kind: str = "http",
        receive: exchanges.Receive | None = None,
        root_path: str = "",
    ) -> None:
        """Makes one request; raises what the application raises."""
        scope: exchanges.Scope = {
            "type": kind,
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "path": path,
            "root_path": root_path,
            "query_string": b"",
            "headers": [],
        }
        if kind == "http":
            scope["method"] = method
        await self.app(scope, receive or self.receive, self.send)

    async def receive(self) -> exchanges.Message:
        """Gives a request without a body."""
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: exchanges.Message) -> None:
        """Keeps what the application sends."""
        self.sent.append(message)

    def counted(self) -> Mapping[str, float]:
        """Gives what `http_requests_total` counted, zeros left out."""
        return {
            " ".join(
                sample.labels[label]
                for label in ("method", "route", "operation", "status")
            ): sample.value
            for sample in self.samples("http_requests_total")
            if sample.value
        }

    def samples(self, name: str) -> list[prometheus_client.samples.Sample]:
        """Gives the samples of one name."""
        families = list(self.registry.collect())
        samples = itertools.chain.from_iterable(one.samples for one in families)
        return [sample for sample in samples if sample.name == name]

    def in_progress(self) -> float:
        """Gives the number of requests in progress, over all operations."""
        return sum(one.value for one in self.samples("http_requests_in_progress"))


async def respond(send: exchanges.Send, status: int, *chunks: bytes) -> None:
    """Sends a whole response, in as many messages as there are chunks."""
    await send({"type": "http.response.start", "status": status, "headers": []})
    for chunk in chunks:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
