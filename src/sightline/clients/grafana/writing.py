"""Changes one Grafana: folders, dashboards, data sources and annotations."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pydantic

from sightline import errors
from sightline.clients.grafana import (
    choosing,
    connection,
    forms,
    objects,
    reading,
    times,
)

__all__ = ["GrafanaWriter"]

_SOURCES_PATH: Final = "/api/datasources"


@dataclass(frozen=True, slots=True)
class _Numbered:
    id: int


_NUMBERED: Final = pydantic.TypeAdapter(_Numbered)


class GrafanaWriter:
    """Writes to one Grafana.

    A method that names what it replaces writes only over that: where somebody changed
    it meanwhile, it raises `errors.EditConflict` and nothing is changed. All raise
    `errors.ServerUnavailable`, or the kind of it that says why.

    Args:
        grafana: the way to it.
        spoken: the forms in which it reads and writes; those with which what is
            replaced was read.
    """

    def __init__(self, grafana: connection.Connection, spoken: choosing.Forms) -> None:
        self._grafana = grafana
        self._forms = spoken
        self._reader = reading.Grafana(grafana, spoken)

    async def save_dashboard(self, change: forms.SaveDashboard) -> objects.Revision:
        """Creates or replaces a dashboard, and gives its new revision."""
        form = self._forms.dashboards
        if change.overwrite and form.needs_revision:
            there = await self._reader.fetch_stored(change.uid)
            change = replace(change, replaces=there.revision if there else None)
        return await self._grafana.fetch(form.save(change), form.saved)

    async def delete_dashboard(self, uid: str) -> bool:
        """Deletes a dashboard; false where there was none."""
        return await self._delete(
            self._forms.dashboards.path(uid), f"deleting the dashboard {uid!r}"
        )

    async def change_folder(self, change: forms.FolderChange) -> objects.Folder:
        """Creates, renames or moves a folder, and gives it as it is then."""
        form = self._forms.folders
        return await self._grafana.fetch(form.change(change), form.folder)

    async def delete_folder(self, uid: str) -> bool:
        """Deletes a folder with everything in it; false where there was none."""
        return await self._delete(
            self._forms.folders.path(uid), f"deleting the folder {uid!r}"
        )

    async def create_data_source(self, wanted: objects.NewDataSource) -> None:
        """Creates a data source; its secrets are sent and never read back."""
        await self._grafana.send(
            connection.Call(
                method="POST",
                path=_SOURCES_PATH,
                asked=f"creating the data source {wanted.uid!r}",
                document=_describe(wanted),
                is_idempotent=False,
                conflict=errors.NameTaken,
                hidden=tuple(wanted.secure.values()),
            )
        )

    async def replace_data_source(
        self, wanted: objects.NewDataSource, replaces: objects.Revision
    ) -> None:
        """Replaces a data source; secrets that are not given stay as they are."""
        await self._grafana.send(
            connection.Call(
                method="PUT",
                path=f"{_SOURCES_PATH}/uid/{connection.quote(wanted.uid)}",
                asked=f"replacing the data source {wanted.uid!r}",
                document={**_describe(wanted), "version": int(replaces)},
                is_idempotent=False,
                conflict=errors.EditConflict,
                hidden=tuple(wanted.secure.values()),
            )
        )

    async def delete_data_source(self, uid: str) -> bool:
        """Deletes a data source; false where there was none."""
        return await self._delete(
            f"{_SOURCES_PATH}/uid/{connection.quote(uid)}",
            f"deleting the data source {uid!r}",
        )

    async def annotate(
        self, text: str, tags: Sequence[str], at: dt.datetime, dashboard: str = ""
    ) -> int:
        """Marks a time on a dashboard, or on all of them, and gives the mark's number.

        Args:
            text: what is read at the mark.
            tags: by which dashboards choose what they show.
            at: the time.
            dashboard: the uid; empty is the whole organisation.
        """
        placed = {"dashboardUID": dashboard} if dashboard else {}
        call = connection.Call(
            method="POST",
            path="/api/annotations",
            asked="an annotation",
            document={
                "time": times.to_milliseconds(at),
                "tags": list(tags),
                "text": text,
                **placed,
            },
            is_idempotent=False,
            conflict=errors.ChangeRefused,
        )
        return (await self._grafana.fetch(call, _NUMBERED)).id

    async def reload_files(self) -> None:
        """Lets Grafana read its provisioning files again.

        Only the server's administrator may, with a `Login`: a token is not enough.
        """
        for what in ("datasources", "dashboards"):
            await self._grafana.send(
                connection.Call(
                    method="POST",
                    path=f"/api/admin/provisioning/{what}/reload",
                    asked=f"reading its {what} files again",
                    conflict=errors.ChangeRefused,
                )
            )

    async def _delete(self, path: str, asked: str) -> bool:
        call = connection.Call(
            method="DELETE", path=path, asked=asked, conflict=errors.EditConflict
        )
        try:
            await self._grafana.send(call)
        except errors.ObjectMissing:
            return False
        return True


def _describe(wanted: objects.NewDataSource) -> Mapping[str, object]:
    return {
        "uid": wanted.uid,
        "name": wanted.name,
        "type": wanted.kind,
        "url": wanted.url,
        "access": wanted.access,
        "user": wanted.user,
        "database": wanted.database,
        "isDefault": wanted.is_default,
        "jsonData": dict(wanted.settings),
        "secureJsonData": {
            name: secret.reveal() for name, secret in wanted.secure.items()
        },
    }
