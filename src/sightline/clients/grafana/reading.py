"""Reads one Grafana: dashboards, folders, data sources and annotations."""

import asyncio
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import pydantic
from pydantic.alias_generators import to_camel

from sightline import errors
from sightline.clients.grafana import (
    choosing,
    connection,
    objects,
    pages,
    queries,
    times,
)

__all__ = ["Annotation", "Grafana"]

_CAMEL: Final = pydantic.ConfigDict(alias_generator=to_camel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A mark on the time axis."""

    __pydantic_config__ = _CAMEL

    id: int
    time: times.Time
    text: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _ListedFolder:
    uid: str


@dataclass(frozen=True, slots=True)
class _Said:
    message: str = ""
    status: str = ""


_HEALTH: Final = pydantic.TypeAdapter(objects.Health)
_FOUND: Final = pydantic.TypeAdapter(tuple[objects.FoundDashboard, ...])
_FOLDERS: Final = pydantic.TypeAdapter(tuple[_ListedFolder, ...])
_DATA_SOURCE: Final = pydantic.TypeAdapter(objects.DataSource)
_DATA_SOURCES: Final = pydantic.TypeAdapter(tuple[objects.DataSource, ...])
_SAID: Final = pydantic.TypeAdapter(_Said)
_ANNOTATIONS: Final = pydantic.TypeAdapter(tuple[Annotation, ...])


class Grafana:
    """Reads one Grafana; a `dashboards.DashboardServer`.

    Every method raises `errors.ServerUnavailable`, or the kind of it that says why.

    Args:
        grafana: the way to it.
        spoken: the forms in which dashboards and folders are read; `/api` where it
            is `None`.
        data_source: the uid of the data source that is Prometheus.
    """

    def __init__(
        self,
        grafana: connection.Connection,
        spoken: choosing.Forms | None = None,
        data_source: str = "prometheus",
    ) -> None:
        self._grafana = grafana
        self._forms = spoken or choosing.CLASSIC
        self.prometheus_url = (
            f"{grafana.url}/api/datasources/proxy/uid/{connection.quote(data_source)}"
        )

    async def fetch_health(self) -> objects.Health:
        """Gives its version, and how its database is."""
        call = connection.Call(path="/api/health", asked="its health")
        return await self._grafana.fetch(call, _HEALTH)

    async def check_health(self) -> str:
        """Gives `Grafana` with its version, where it tells it to strangers."""
        health = await self.fetch_health()
        if health.database != "ok":
            raise self._grafana.unusable(
                "its health", f"its database is {health.database}"
            )
        return f"Grafana {health.version}".strip()

    async def fetch_uids(self) -> frozenset[str]:
        """Gives the uid of every dashboard that the client may see."""
        return frozenset(one.uid for one in await self.search_dashboards())

    async def search_dashboards(
        self, *, folder_uids: Sequence[str] = (), tags: Sequence[str] = ()
    ) -> tuple[objects.FoundDashboard, ...]:
        """Gives the dashboards in any of these folders and with all of these tags.

        Args:
            folder_uids: empty is any folder.
            tags: empty is any dashboard.
        """
        call = connection.Call(
            path="/api/search",
            asked="its dashboards",
            parameters={
                "type": "dash-db",
                **({"folderUIDs": list(folder_uids)} if folder_uids else {}),
                **({"tag": list(tags)} if tags else {}),
            },
        )
        return await pages.fetch_listed(self._grafana, call, _FOUND)

    async def fetch_dashboard(self, uid: str) -> objects.Json:
        """Gives a dashboard's JSON; Grafana adds `id` and `version` to it."""
        return (await self._fetch_dashboard(uid)).document

    async def fetch_stored(self, uid: str) -> objects.StoredDashboard | None:
        """Gives a dashboard with what is kept about it; `None` where there is none."""
        try:
            return await self._fetch_dashboard(uid)
        except errors.ObjectMissing:
            return None

    async def fetch_folder(self, uid: str) -> objects.Folder | None:
        """Gives a folder, or `None` where there is none."""
        call = connection.Call(
            path=self._forms.folders.path(uid), asked=f"the folder {uid!r}"
        )
        try:
            return await self._grafana.fetch(call, self._forms.folders.folder)
        except errors.ObjectMissing:
            return None

    async def fetch_folders(
        self, parent_uid: str = objects.ROOT
    ) -> tuple[objects.Folder, ...]:
        """Gives the folders directly below another, or below none."""
        call = connection.Call(
            path="/api/folders",
            asked="its folders",
            parameters={"parentUid": parent_uid} if parent_uid else None,
        )
        listed = await pages.fetch_listed(self._grafana, call, _FOLDERS)
        found = await asyncio.gather(*(self.fetch_folder(one.uid) for one in listed))
        return tuple(folder for folder in found if folder is not None)

    async def fetch_data_sources(self) -> tuple[objects.DataSource, ...]:
        """Gives every data source, without the names of its secrets."""
        call = connection.Call(path="/api/datasources", asked="its data sources")
        return await self._grafana.fetch(call, _DATA_SOURCES)

    async def fetch_data_source(self, uid: str) -> objects.DataSource | None:
        """Gives a data source, or `None` where there is none."""
        call = connection.Call(
            path=f"/api/datasources/uid/{connection.quote(uid)}",
            asked=f"the data source {uid!r}",
        )
        try:
            return await self._grafana.fetch(call, _DATA_SOURCE)
        except errors.ObjectMissing:
            return None

    async def check_data_source(self, uid: str) -> objects.DataSourceHealth:
        """Gives whether Grafana itself reaches a data source."""
        call = connection.Call(
            path=f"/api/datasources/uid/{connection.quote(uid)}/health",
            asked=f"the health of the data source {uid!r}",
            also_answers=frozenset({HTTPStatus.BAD_REQUEST}),
        )
        response = await self._grafana.send(call)
        said = self._grafana.parse(call, response, _SAID)
        return objects.DataSourceHealth(
            is_ok=response.is_success and said.status.upper() != "ERROR",
            message=said.message,
        )

    async def query(
        self,
        asked: Iterable[queries.Query],
        *,
        since: str = "now-1h",
        until: str = "now",
    ) -> Mapping[str, queries.Result]:
        """Gives the answers to the queries of a panel, as Grafana gives them to it.

        Args:
            asked: each with a `ref_id` of its own.
            since: the beginning of the time range, as Grafana writes it.
            until: its end.

        Returns:
            By `ref_id`; a query that failed says so and fails no other.
        """
        call = queries.compose(asked, since, until)
        response = await self._grafana.send(call)
        return self._grafana.parse(call, response, queries.RESULTS)

    async def fetch_annotations(
        self, tags: Sequence[str], since: dt.datetime, until: dt.datetime
    ) -> tuple[Annotation, ...]:
        """Gives the annotations with all of these tags."""
        call = connection.Call(
            path="/api/annotations",
            asked="its annotations",
            parameters={
                "tags": list(tags),
                "from": str(times.to_milliseconds(since)),
                "to": str(times.to_milliseconds(until)),
            },
        )
        return await self._grafana.fetch(call, _ANNOTATIONS)

    async def _fetch_dashboard(self, uid: str) -> objects.StoredDashboard:
        call = connection.Call(
            path=self._forms.dashboards.path(uid), asked=f"the dashboard {uid!r}"
        )
        return await self._grafana.fetch(call, self._forms.dashboards.stored)
