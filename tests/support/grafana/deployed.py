"""A Grafana in memory, with the surface that deploys to it."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from sightline.clients import grafana as client
from sightline.deploy import (
    applying,
    memories,
    observations,
    planning,
    plans,
    resources,
)
from sightline.deploy.surfaces import grafana, protocols
from sightline.model import secrets
from support import in_memory_surfaces
from support.grafana import contract, memory, serving

__all__ = ["Deployed", "deploying"]

NOW = dt.datetime(2026, 11, 1, 12, 0, tzinfo=dt.UTC)


@dataclass
class Deployed:
    """A Grafana, and everything that plans for it and applies to it."""

    server: memory.MemoryGrafana
    transport: serving.GrafanaTransport
    surfaces: protocols.Surfaces
    journal: in_memory_surfaces.MemoryJournal

    async def observe(self, wanted: memories.State) -> observations.Observation:
        reader = self.surfaces.readers[resources.Surface.GRAFANA]
        return await reader.observe(planning.interest(wanted, self.journal.memory))

    async def plan(self, *among: resources.Resource) -> plans.Plan:
        wanted = {one.identity: one for one in among}
        seen = [await self.observe(wanted)]
        return planning.make_plan("production", wanted, seen, self.journal.memory)

    async def run(self, plan: plans.Plan) -> applying.Report:
        return await applying.apply(
            plan, self.surfaces, self.journal, in_memory_surfaces.SilentWatcher()
        )

    async def apply(self, *among: resources.Resource) -> applying.Report:
        return await self.run(await self.plan(*among))


@asynccontextmanager
async def deploying() -> AsyncIterator[Deployed]:
    """Gives an empty Grafana and the way to deploy to it while the block runs."""
    server = memory.MemoryGrafana()
    transport = serving.GrafanaTransport(server)
    async with httpx.AsyncClient(transport=transport) as http:
        reach = client.Connection(
            http,
            contract.URL,
            client.Token(secrets.Secret(memory.TOKEN)),
            patience=client.retrying.NONE,
        )
        reader, writer = (
            client.Grafana(reach),
            client.GrafanaWriter(reach, client.CLASSIC),
        )
        yield Deployed(
            server=server,
            transport=transport,
            surfaces=protocols.Surfaces(
                readers={resources.Surface.GRAFANA: grafana.GrafanaReader(reader)},
                writers={
                    resources.Surface.GRAFANA: grafana.GrafanaWriter(
                        writer, reader, "deployed"
                    )
                },
                announcers=(grafana.GrafanaAnnouncer(writer, lambda: NOW),),
            ),
            journal=in_memory_surfaces.MemoryJournal(),
        )
