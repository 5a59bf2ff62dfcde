"""What the platform's programs have in common: one ASGI application, measured.

A program says what it answers and what it is connected to; the runtime adds health
and metrics, the pace of real work, the rare failure, and the faults in force.
"""

import asyncio
import contextlib
import json
import math
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Protocol

import prometheus_client
from starlette import requests, responses, routing

from sightline.demo import degradations, event_log, problems, settings
from sightline.instrument import asgi, counting, exchanges, exposition, routes
from sightline.model import services

__all__ = [
    "Connection",
    "Endpoint",
    "Program",
    "Surroundings",
    "assemble",
    "draw_work_seconds",
    "read_json",
    "read_number",
    "reply",
]

Answering = Callable[[requests.Request], Awaitable[responses.Response]]

_WORK: Final[Mapping[services.OperationClass, tuple[float, float]]] = {
    services.OperationClass.READ: (0.012, 0.6),
    services.OperationClass.WRITE: (0.022, 0.6),
    services.OperationClass.SEARCH: (0.050, 0.7),
    services.OperationClass.UPLOAD: (0.300, 0.5),
    services.OperationClass.OTHER: (0.010, 0.5),
}
"""Median seconds and spread (sigma of a log-normal) of the work that is not done here:
well inside the guide's objectives, so that only a fault breaks them."""

_ANY_METHOD: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Connection(Protocol):
    """Something that is opened before the first request and closed after the last."""

    async def open(self) -> None:
        """Prepares; must not fail because the far side is away."""

    async def close(self) -> None:
        """Lets go of everything."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method of one route, and what answers it."""

    method: str
    path: str
    operation: services.OperationClass
    answer: Answering


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A service, or another program of the platform.

    Attributes:
        connections: opened in order, closed in reverse.
        stumble: really provokes a failure and raises it.
        stumble_ratio: the share of the requests that stumble without any fault.
        tasks: run beside the requests until the end.
        works: whether answers take the time that real work would take.
        shield: stands before the routes and may refuse what comes.
        otherwise: answers every path that is no endpoint, uncounted.
    """

    endpoints: tuple[Endpoint, ...]
    connections: tuple[Connection, ...] = ()
    stumble: Callable[[], Awaitable[object]] | None = None
    stumble_ratio: float = 0.0
    tasks: tuple[Callable[[], Awaitable[None]], ...] = ()
    works: bool = True
    shield: Callable[[exchanges.Application], exchanges.Application] | None = None
    otherwise: Answering | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a program is given to be composed of.

    Attributes:
        watch: the faults in force.
        registry: what `/metrics` exposes.
        chance: draws how long work takes and which requests stumble.
    """

    settings: settings.Settings
    watch: degradations.Watch
    registry: prometheus_client.CollectorRegistry
    chance: random.Random

    def security_log(self) -> event_log.EventLog:
        """Gives the log of what concerns security; each instance has its own."""
        return self._log_of("security")

    def request_log(self) -> event_log.EventLog:
        """Gives the log of every request."""
        return self._log_of("requests")

    def _log_of(self, kind: str) -> event_log.EventLog:
        folder = self.settings.storage / event_log.FOLDER
        return event_log.EventLog(folder / f"{kind}-{self.settings.instance}.log")


def assemble(program: Program, surroundings: Surroundings) -> exchanges.Application:
    """Gives the application of a program, `/health` and `/metrics` included."""
    registry = surroundings.registry
    served = [
        routing.Route(
            endpoint.path,
            _perform(program, endpoint, surroundings),
            methods=[endpoint.method],
        )
        for endpoint in program.endpoints
    ]
    served.append(routing.Route("/health", _answer_health))
    served.append(routing.Route("/metrics", exposition.MetricsPage(registry)))
    if program.otherwise is not None:
        served.append(
            routing.Route("/{path:path}", program.otherwise, methods=_ANY_METHOD)
        )
    router = routing.Router(served, lifespan=_keep_open(program, surroundings.watch))
    if not program.endpoints:
        return router  # it is no service: its requests are not counted as one's
    declared = [
        routes.Route(endpoint.method, endpoint.path, endpoint.operation)
        for endpoint in program.endpoints
    ]
    return asgi.Middleware(
        program.shield(router) if program.shield else router,
        declared=declared,
        counts=counting.open_metrics(registry),
    )


def reply(
    document: Mapping[str, object], status: HTTPStatus = HTTPStatus.OK
) -> responses.Response:
    """Gives a JSON answer; what JSON does not know is written as text."""
    return responses.Response(
        json.dumps(dict(document), default=str), status, media_type="application/json"
    )


async def read_json(request: requests.Request) -> Mapping[str, object]:
    """Gives the JSON object in a request's body.

    Raises:
        Problem: 400, when it is something else.
    """
    try:
        document = json.loads(await request.body())
    except ValueError as error:
        raise problems.Problem(HTTPStatus.BAD_REQUEST, "expected JSON") from error
    if not isinstance(document, dict):
        raise problems.Problem(HTTPStatus.BAD_REQUEST, "expected a JSON object")
    return document


def read_number(name: str, found: object) -> int:
    """Gives a whole number that a request brought, of PostgreSQL's `bigint`.

    Raises:
        Problem: 400, when it is something else.
    """
    try:
        number = int(str(found))
    except ValueError as error:
        reason = f"expected a number as {name}"
        raise problems.Problem(HTTPStatus.BAD_REQUEST, reason) from error
    return number % (1 << 63)


def draw_work_seconds(
    operation: services.OperationClass, chance: random.Random
) -> float:
    """Draws how long the work of one request takes."""
    median, sigma = _WORK[operation]
    return chance.lognormvariate(math.log(median), sigma)


def _perform(
    program: Program, endpoint: Endpoint, surroundings: Surroundings
) -> Answering:
    watch, chance = surroundings.watch, surroundings.chance

    async def perform(request: requests.Request) -> responses.Response:
        try:
            await _suffer(watch, chance)
            if program.works:
                await asyncio.sleep(draw_work_seconds(endpoint.operation, chance))
            if program.stumble is not None and chance.random() < program.stumble_ratio:
                await program.stumble()
            return await endpoint.answer(request)
        except problems.Problem as problem:
            return reply({"error": problem.reason}, problem.status)

    return perform


async def _suffer(watch: degradations.Watch, chance: random.Random) -> None:
    if slow := watch.find(degradations.Kind.SLOW):
        await asyncio.sleep(slow["seconds"])
    errors = watch.find(degradations.Kind.ERRORS)
    if errors is not None and chance.random() < errors["ratio"]:
        status = HTTPStatus(int(errors["status"]))
        raise problems.Problem(status, "a fault is in force")


async def _answer_health(request: requests.Request) -> responses.Response:
    del request  # alive is alive: what the service depends on is probed on its own
    return reply({"status": "ok"})


def _keep_open(
    program: Program, watch: degradations.Watch
) -> Callable[[routing.Router], contextlib.AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(router: routing.Router) -> AsyncIterator[None]:
        del router
        async with contextlib.AsyncExitStack() as opened:
            for connection in (watch, *program.connections):
                await connection.open()
                opened.push_async_callback(connection.close)
            tasks = [asyncio.ensure_future(task()) for task in program.tasks]
            yield
            for task in tasks:
                task.cancel()

    return lifespan
