"""Grafana's HTTP API, as far as dashboards need it.

https://grafana.com/docs/grafana/latest/developers/http_api/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import httpx
import pydantic

from sightline.clients import servers

__all__ = ["Grafana"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Health:
    database: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class _Listed:
    uid: str


@dataclass(frozen=True, slots=True)
class _Served:
    dashboard: dict[str, object]


_HEALTH: Final = pydantic.TypeAdapter(_Health)
_LIST: Final = pydantic.TypeAdapter(tuple[_Listed, ...])
_SERVED: Final = pydantic.TypeAdapter(_Served)
_MOST_LISTED: Final = "5000"


class Grafana:
    """Reads one Grafana; a `dashboards.DashboardServer`.

    Args:
        client: carries the authorization, if the server wants one.
        url: without a final slash.
        data_source: the uid of the data source that is Prometheus.
    """

    def __init__(
        self, client: httpx.AsyncClient, url: str, data_source: str = "prometheus"
    ) -> None:
        self._server = servers.Server("Grafana", url, client)
        self.prometheus_url = f"{url}/api/datasources/proxy/uid/{data_source}"

    async def check_health(self) -> str:
        """Gives `Grafana` with its version, where it tells it to strangers."""
        asked = "its health"
        health = await self._get("/api/health", asked, _HEALTH)
        if health.database != "ok":
            raise self._server.unavailable(asked, f"its database is {health.database}")
        return f"Grafana {health.version}".strip()

    async def fetch_uids(self) -> frozenset[str]:
        """Gives the uid of every dashboard that the client may see."""
        listed = await self._get(
            "/api/search",
            "its dashboards",
            _LIST,
            {"type": "dash-db", "limit": _MOST_LISTED},
        )
        return frozenset(one.uid for one in listed)

    async def fetch_dashboard(self, uid: str) -> Mapping[str, object]:
        """Gives a dashboard's JSON; Grafana adds `id` and `version` to it."""
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
