"""The process that collects: one event loop, its HTTP pages, and its signals."""

import asyncio
import contextlib
import json
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from http import HTTPStatus
from typing import Final

import prometheus_client
import uvicorn
from prometheus_client import registry
from starlette import applications, requests, responses, routing

from sightline import errors
from sightline.app.collecting import fleets, plans
from sightline.collectors import records, running
from sightline.collectors.events import batches, streaming
from sightline.instrument import exposition
from sightline.model import connections

__all__ = ["Plan", "serve"]

Plan = Callable[[], Mapping[str, plans.Planned]]
"""Reads spec and settings anew; raises `InputError` when they have mistakes."""

_LAST_WORDS_SECONDS: Final = 2
_KEEP_ALIVE_SECONDS: Final = 75
_LOG: Final = logging.getLogger(__name__)


def serve(
    planned: Mapping[str, plans.Planned], address: connections.Address, plan: Plan
) -> None:
    """Collects and answers until SIGTERM or SIGINT; SIGHUP reads the plan anew.

    Args:
        planned: what to begin with.
        address: where to listen.
        plan: gives what to go on with after SIGHUP.

    Raises:
        PortTaken: somebody else listens there.
    """
    # They would nearly double the series, and nobody reads them.
    prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]  # untyped upstream
    with _listen(address) as listener:
        collector = _Collector(planned, plan)
        config = uvicorn.Config(
            collector.application(),
            http="h11",
            ws="none",
            loop="asyncio",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_LAST_WORDS_SECONDS,
        )
        uvicorn.Server(config).run(sockets=[listener])


def _listen(address: connections.Address) -> socket.socket:
    try:
        return socket.create_server((address.host, address.port))
    except OSError as error:
        # Python adds the address to the system's words, which this names already.
        words = str(error.strerror).partition(" (while ")[0]
        raise errors.PortTaken(
            f"expected to listen on {address}, found: {words};"
            " choose another `listen` in the settings"
        ) from error


class _Collector:
    """The sources, and what is answered about them."""

    def __init__(self, planned: Mapping[str, plans.Planned], plan: Plan) -> None:
        self._first = planned
        self._plan = plan
        self._fleet = fleets.Fleet(running.Roster())
        self._reloading: asyncio.Task[None] | None = None
        self._registry = registry.CollectorRegistry()
        prometheus_client.ProcessCollector(registry=self._registry)
        self._registry.register(self._fleet.roster)
        self._reloaded = prometheus_client.Gauge(
            "sightline_collect_last_reload_successful",
            "Whether spec and settings could be read when they were read last.",
            registry=self._registry,
        )
        self._reloaded.set(1)

    def application(self) -> applications.Starlette:
        """Gives what is served."""
        return applications.Starlette(
            routes=[
                routing.Route("/health", self._answer_health),
                routing.Route("/metrics", exposition.MetricsPage(self._registry)),
                routing.Route("/sources", self._answer_sources),
                routing.Route("/events/{source}", self._take_events, methods=["POST"]),
            ],
            lifespan=self._live,
        )

    @contextlib.asynccontextmanager
    async def _live(self, _: applications.Starlette) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, self._begin_reload)
        await self._fleet.follow(self._first)
        try:
            yield
        finally:
            if self._reloading is not None:
                self._reloading.cancel()
            await self._fleet.close()

    def _begin_reload(self) -> None:
        if self._reloading is None or self._reloading.done():
            self._reloading = asyncio.create_task(self._reload())

    async def _reload(self) -> None:
        """Goes on with the plan as it is now; with the old one if that has mistakes."""
        try:
            planned = await asyncio.to_thread(self._plan)
        except errors.SightlineError as error:
            self._reloaded.set(0)
            _LOG.error("reload: kept what ran before:\n%s", error)
            return
        await self._fleet.follow(planned)
        self._reloaded.set(1)
        _LOG.warning("reload: %d sources", len(planned))

    async def _answer_health(self, _: requests.Request) -> responses.Response:
        return responses.PlainTextResponse("ok\n")

    async def _take_events(self, request: requests.Request) -> responses.Response:
        """Hands a batch of events over to the source that it is for."""
        planned = self._fleet.find(request.path_params["source"])
        if planned is None or not isinstance(
            planned.connection, connections.HttpBatches
        ):
            return responses.PlainTextResponse(
                "no source of that name takes events\n", HTTPStatus.NOT_FOUND
            )
        taker = self._fleet.roster.find(planned.source.name)
        assert isinstance(taker, streaming.EventStream)  # noqa: S101 - it was planned so
        return await batches.BatchEndpoint(planned.connection, taker).answer(request)

    async def _answer_sources(self, _: requests.Request) -> responses.Response:
        """Says how each source does, in words that metrics have no room for."""
        known = self._fleet.roster.records
        document = {"sources": [_describe(record) for record in known.values()]}
        return responses.Response(
            json.dumps(document), HTTPStatus.OK, media_type="application/json"
        )


def _describe(record: records.Record) -> Mapping[str, object]:
    return {
        "name": record.name,
        "kind": record.kind,
        "up": record.is_up and not record.has_expired,
        "last_success": record.last_success,
        "last_error": record.last_error,
        "rows": record.rows,
        "duration_seconds": record.duration_seconds,
    }
