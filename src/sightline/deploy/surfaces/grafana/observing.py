"""Reads what a Grafana holds, of what is ours, through its API."""

import asyncio
from collections.abc import Collection, Mapping

import msgspec

from sightline import errors
from sightline.clients import grafana
from sightline.deploy import observations, resources
from sightline.deploy.surfaces.grafana import things

__all__ = ["GrafanaReader"]

_BY_FILES = (
    "it differs, and files provision it there, so that the API cannot change it;"
    " take the files away, or deploy to their `directory` instead of with a `token`"
)


class GrafanaReader:
    """Looks for resources by uid; a `protocols.Reader`.

    A dashboard is found wherever a hand has moved it. What lies in our folders beside
    ours is somebody else's.
    """

    def __init__(self, server: grafana.Grafana) -> None:
        self._server = server

    async def observe(
        self, interest: Collection[resources.Resource]
    ) -> observations.Observation:
        """Gives what is there of what is asked for, and what others keep beside it."""
        surface = resources.Surface.GRAFANA
        asked = {one.identity: one for one in interest}
        try:
            others = await self._find_others(asked)
        except errors.ServerUnavailable as error:
            return observations.blind(surface, interest, str(error))
        found: dict[resources.Identity, resources.Resource] = {}
        unseen: dict[resources.Identity, str] = {}
        looks = await asyncio.gather(*(self._look(one) for one in asked.values()))
        for identity, look in zip(asked, looks, strict=True):
            match look:
                case resources.Resource():
                    found[identity] = look
                case str():
                    unseen[identity] = look
                case None:
                    pass  # it is not there
        return observations.Observation(
            surface=surface, found=found, others=others, unseen=unseen
        )

    async def _look(
        self, wanted: resources.Resource
    ) -> resources.Resource | str | None:
        """Gives what is there, or why it cannot be seen, or nothing."""
        try:
            found, is_managed = await self._fetch(wanted.identity)
        except errors.ServerUnavailable as error:
            return str(error)
        if found is None or not is_managed or found.fingerprint == wanted.fingerprint:
            return found
        return _BY_FILES

    async def _fetch(
        self, identity: resources.Identity
    ) -> tuple[resources.Resource | None, bool]:
        """Gives what is there, and whether another tool than the API owns it."""
        uid = identity.name
        match identity.kind:
            case things.FOLDER:
                folder = await self._server.fetch_folder(uid)
                if folder is None:
                    return None, False
                return (
                    things.folder(
                        uid, folder.title, folder.parent_uid, folder.revision
                    ),
                    folder.is_managed,
                )
            case things.DATA_SOURCE:
                source = await self._server.fetch_data_source(uid)
                if source is None:
                    return None, False
                return things.data_source(source, source.revision), source.is_managed
            case _:
                board = await self._server.fetch_stored(uid)
                if board is None:
                    return None, False
                return (
                    things.dashboard(
                        uid,
                        board.document,
                        board.folder_uid,
                        # Whoever takes it over may want it back.
                        text=msgspec.json.encode(board.document).decode(),
                        revision=board.revision,
                    ),
                    board.is_managed,
                )

    async def _find_others(
        self, asked: Mapping[resources.Identity, resources.Resource]
    ) -> tuple[resources.Identity, ...]:
        """Gives the dashboards in our folders that nobody asked for."""
        folders = [one.name for one in asked if one.kind == things.FOLDER]
        if not folders:
            await self._server.check_health()
            return ()
        found = await self._server.search_dashboards(folder_uids=folders)
        identities = (
            resources.Identity.of(resources.Surface.GRAFANA, things.DASHBOARD, one.uid)
            for one in found
        )
        return tuple(sorted(one for one in identities if one not in asked))
