"""Changes what is ours in a Grafana, through its API, a few things at a time."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, assert_never, cast

from sightline import errors
from sightline.clients import grafana
from sightline.deploy import changes, resources
from sightline.deploy.surfaces import protocols
from sightline.deploy.surfaces.grafana import things

__all__ = ["GrafanaWriter"]

_AT_ONCE: Final = 8
"""As many requests as one client has under way at a time."""


class GrafanaWriter:
    """Creates, replaces and deletes; a `protocols.Writer`.

    Whatever is replaced is named by its revision, so that an edit that came between
    the look and the write is a conflict and stays.

    Args:
        server: is written to.
        reader: looks whether a folder is empty before it goes.
        message: for the history of dashboards.
    """

    def __init__(
        self, server: grafana.GrafanaWriter, reader: grafana.Grafana, message: str
    ) -> None:
        self._server = server
        self._reader = reader
        self._message = message

    async def apply(
        self, pending: Sequence[changes.Pending], landed: protocols.Landed
    ) -> None:
        """Makes the changes of a stage; after a failure none is begun any more."""
        turns = asyncio.Semaphore(_AT_ONCE)
        failures: list[errors.SightlineError] = []

        async def make(change: changes.Pending) -> None:
            async with turns:
                if failures:
                    return
                try:
                    await self._make(change)
                except errors.EditConflict as error:
                    failures.append(errors.LiveChanged(str(error)))
                except errors.SightlineError as error:
                    failures.append(error)
                else:
                    landed(change.identity)

        await asyncio.gather(*(make(change) for change in pending))
        if failures:
            raise failures[0]

    async def _make(self, change: changes.Pending) -> None:
        match change.identity.kind:
            case things.FOLDER:
                await self._change_folder(change)
            case things.DATA_SOURCE:
                await self._change_data_source(change)
            case _:
                await self._change_dashboard(change)

    async def _change_dashboard(self, change: changes.Pending) -> None:
        uid = change.identity.name
        match change:
            case changes.Delete():
                await self._server.delete_dashboard(uid)
            case changes.Create(after=after):
                await self._server.save_dashboard(self._compose(after))
            case changes.Update(before=before, after=after):
                await self._server.save_dashboard(
                    replace(
                        self._compose(after),
                        replaces=grafana.Revision(before.revision),
                    )
                )
            case _:
                assert_never(change)

    def _compose(self, after: resources.Resource) -> grafana.SaveDashboard:
        return grafana.SaveDashboard(
            uid=after.identity.name,
            document=json.loads(after.text),
            folder_uid=str(_fields(after).get(things.FOLDER_KEY, grafana.ROOT)),
            message=self._message,
        )

    async def _change_data_source(self, change: changes.Pending) -> None:
        match change:
            case changes.Delete():
                await self._server.delete_data_source(change.identity.name)
            case changes.Create(after=after):
                await self._server.create_data_source(_compose_data_source(after))
            case changes.Update(before=before, after=after):
                await self._server.replace_data_source(
                    _compose_data_source(after), grafana.Revision(before.revision)
                )
            case _:
                assert_never(change)

    async def _change_folder(self, change: changes.Pending) -> None:
        uid = change.identity.name
        match change:
            case changes.Delete():
                await self._delete_folder(uid)
            case changes.Create(after=after):
                await self._server.change_folder(
                    grafana.CreateFolder(
                        uid=uid, title=_title(after), parent_uid=_parent(after)
                    )
                )
            case changes.Update(before=before, after=after):
                await self._replace_folder(before, after)
            case _:
                assert_never(change)

    async def _replace_folder(
        self, before: resources.Resource, after: resources.Resource
    ) -> None:
        folder = grafana.Folder(
            uid=before.identity.name,
            title=_title(before),
            parent_uid=_parent(before),
            revision=grafana.Revision(before.revision),
        )
        if folder.title != _title(after):
            folder = await self._server.change_folder(
                grafana.RenameFolder(folder=folder, title=_title(after))
            )
        if folder.parent_uid != _parent(after):
            await self._server.change_folder(
                grafana.MoveFolder(folder=folder, parent_uid=_parent(after))
            )

    async def _delete_folder(self, uid: str) -> None:
        """Deletes a folder that is empty: Grafana would delete what is in it, too.

        Raises:
            ManagedElsewhere: somebody keeps something in it.
        """
        boards = await self._reader.search_dashboards(folder_uids=[uid])
        folders = await self._reader.fetch_folders(uid)
        kept = sorted([one.uid for one in boards] + [one.uid for one in folders])
        if kept:
            raise errors.ManagedElsewhere(
                f"the folder {uid!r} is not declared any more, and somebody else keeps"
                f" {', '.join(kept)} in it: nothing was deleted; move that elsewhere"
            )
        await self._server.delete_folder(uid)


def _compose_data_source(after: resources.Resource) -> grafana.NewDataSource:
    fields = _fields(after)

    def text(key: str) -> str:
        return str(fields.get(key, ""))

    return grafana.NewDataSource(
        uid=after.identity.name,
        name=text("name"),
        kind=text("type"),
        url=text("url"),
        access=text("access"),
        user=text("user"),
        database=text("database"),
        is_default=fields.get("isDefault") is True,
        settings=cast("dict[str, object]", fields.get("jsonData", {})),
    )


def _title(folder: resources.Resource) -> str:
    return str(_fields(folder).get("title", ""))


def _parent(folder: resources.Resource) -> str:
    return str(_fields(folder).get("parent", grafana.ROOT))


def _fields(resource: resources.Resource) -> dict[str, resources.Document]:
    return cast("dict[str, resources.Document]", resource.document)
