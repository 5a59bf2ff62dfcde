"""The servers of dashboards: Grafana, and the console that stands in for it.

Both answer the same three requests of Grafana's HTTP API, so that one client reads
them: https://grafana.com/docs/grafana/latest/developers/http_api/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import httpx
import pydantic

from sightline.clients import servers

__all__ = ["DashboardServer", "Health", "Listed"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a dashboard server says it is.

    Attributes:
        database: Grafana's word for its own store; `ok` when all is well.
        version: empty where the server hides it from strangers.
    """

    database: str
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A dashboard in the server's list."""

    uid: str
    title: str


@dataclass(frozen=True, slots=True)
class _Served:
    dashboard: dict[str, object]


_HEALTH: Final = pydantic.TypeAdapter(Health)
_LIST: Final = pydantic.TypeAdapter(tuple[Listed, ...])
_SERVED: Final = pydantic.TypeAdapter(_Served)


class DashboardServer:
    """Reads one server of dashboards.

    Every method raises `errors.ServerUnavailable` when there is no usable answer.
    """

    def __init__(self, client: httpx.AsyncClient, url: str, name: str) -> None:
        self._server = servers.Server(name, url, client)

    @property
    def name(self) -> str:
        """What the server is called in messages."""
        return self._server.name

    async def fetch_health(self) -> Health:
        """Gives the server's own judgement of itself."""
        return await self._get("/api/health", "its health", _HEALTH)

    async def fetch_list(self) -> tuple[Listed, ...]:
        """Gives every dashboard that the server offers."""
        return await self._get(
            "/api/search", "its dashboards", _LIST, {"type": "dash-db"}
        )

    async def fetch_dashboard(self, uid: str) -> Mapping[str, object]:
        """Gives a dashboard's JSON as it is served."""
        answer = await self._get(
            f"/api/dashboards/uid/{uid}", f"the dashboard {uid!r}", _SERVED
        )
        return answer.dashboard

    async def _get(
        self,
        path: str,
        asked: str,
        adapter: pydantic.TypeAdapter[_T],
        parameters: servers.Fields | None = None,
    ) -> _T:
        body = await self._server.get(path, asked, parameters)
        return servers.parse_answer(self._server, adapter, body, asked)
