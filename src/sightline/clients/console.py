"""The console's HTTP API, as far as it stands in for Grafana."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import httpx
import pydantic

from sightline.clients import servers

__all__ = ["Console"]


@dataclass(frozen=True, slots=True)
class _Listed:
    uid: str


@dataclass(frozen=True, slots=True)
class _List:
    dashboards: tuple[_Listed, ...]


@dataclass(frozen=True, slots=True)
class _Served:
    dashboard: dict[str, object]


_LIST: Final = pydantic.TypeAdapter(_List)
_SERVED: Final = pydantic.TypeAdapter(_Served)


class Console:
    """Reads one console; a `dashboards.DashboardServer`."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._server = servers.Server("the console", url, client)
        self.prometheus_url = f"{url}/api/prometheus"

    async def check_health(self) -> str:
        """Gives what the console is to the reader."""
        await self._server.get("/health", "its health")
        return "the console stands in for Grafana"

    async def fetch_uids(self) -> frozenset[str]:
        """Gives the uid of every dashboard."""
        asked = "its dashboards"
        body = await self._server.get("/api/dashboards", asked)
        listed = servers.parse_answer(self._server, _LIST, body, asked)
        return frozenset(one.uid for one in listed.dashboards)

    async def fetch_dashboard(self, uid: str) -> Mapping[str, object]:
        """Gives a dashboard's JSON."""
        asked = f"the dashboard {uid!r}"
        body = await self._server.get(f"/api/dashboards/{uid}", asked)
        return servers.parse_answer(self._server, _SERVED, body, asked).dashboard
