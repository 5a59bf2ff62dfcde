"""Dashboards and folders below `/api`, which Grafana 11, 12 and 13 serve.

https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

import pydantic
from pydantic.alias_generators import to_camel

from sightline import errors
from sightline.clients import servers
from sightline.clients.grafana import connection, forms, objects

__all__ = ["ClassicDashboards", "ClassicFolders"]

_CAMEL: Final = pydantic.ConfigDict(alias_generator=to_camel)


@dataclass(frozen=True, slots=True)
class _Meta:
    __pydantic_config__ = _CAMEL

    folder_uid: str = objects.ROOT
    version: int = 0
    provisioned: bool = False
    updated: dt.datetime | None = None
    updated_by: str = ""


@dataclass(frozen=True, slots=True)
class _Dashboard:
    dashboard: dict[str, object]
    meta: _Meta = field(default_factory=_Meta)

    def as_stored(self) -> objects.StoredDashboard:
        version = self.dashboard.get("version", self.meta.version)
        return objects.StoredDashboard(
            uid=str(self.dashboard.get("uid", "")),
            document=self.dashboard,
            folder_uid=self.meta.folder_uid,
            revision=objects.Revision(str(version)),
            is_managed=self.meta.provisioned,
            updated=self.meta.updated,
            updated_by=self.meta.updated_by,
        )


@dataclass(frozen=True, slots=True)
class _Saved:
    version: int

    def as_revision(self) -> objects.Revision:
        return objects.Revision(str(self.version))


@dataclass(frozen=True, slots=True)
class _Folder:
    __pydantic_config__ = _CAMEL

    uid: str
    title: str
    parent_uid: str = objects.ROOT
    version: int = 0
    managed_by: str | None = None

    def as_folder(self) -> objects.Folder:
        return objects.Folder(
            uid=self.uid,
            title=self.title,
            parent_uid=self.parent_uid,
            revision=objects.Revision(str(self.version)),
            is_managed=bool(self.managed_by),
        )


_STORED: Final = servers.Translated(
    pydantic.TypeAdapter(_Dashboard), _Dashboard.as_stored
)
_SAVED: Final = servers.Translated(pydantic.TypeAdapter(_Saved), _Saved.as_revision)
_FOLDER: Final = servers.Translated(pydantic.TypeAdapter(_Folder), _Folder.as_folder)


class ClassicDashboards:
    """A `forms.DashboardForm`."""

    stored = _STORED
    saved = _SAVED
    needs_revision = False

    def path(self, uid: str) -> str:
        """Gives where a dashboard is read and deleted."""
        return f"/api/dashboards/uid/{connection.quote(uid)}"

    def save(self, change: forms.SaveDashboard) -> connection.Call:
        """Gives the call that saves one.

        The server compares `version` with what is there, where it may not overwrite.
        A number of its own (`id`) would address what was deleted long ago.
        """
        document = {**change.document, "id": None, "uid": change.uid}
        document.pop("version", None)
        if not change.overwrite:
            document["version"] = int(change.replaces or 0)
        return connection.Call(
            method="POST",
            path="/api/dashboards/db",
            asked=f"saving the dashboard {change.uid!r}",
            document={
                "dashboard": document,
                "folderUid": change.folder_uid,
                "message": change.message,
                "overwrite": change.overwrite,
            },
            is_idempotent=change.overwrite,
            conflict=errors.EditConflict,
        )


class ClassicFolders:
    """A `forms.FolderForm`."""

    folder = _FOLDER

    def path(self, uid: str) -> str:
        """Gives where a folder is read and deleted."""
        return f"/api/folders/{connection.quote(uid)}"

    def change(self, change: forms.FolderChange) -> connection.Call:
        """Gives the call that makes a change."""
        match change:
            case forms.CreateFolder(uid=uid, title=title, parent_uid=parent):
                # Without the key it is the root; an empty uid is no folder's.
                inside = {"parentUid": parent} if parent else {}
                return connection.Call(
                    method="POST",
                    path="/api/folders",
                    asked=f"creating the folder {uid!r}",
                    document={"uid": uid, "title": title, **inside},
                    is_idempotent=False,
                    conflict=errors.NameTaken,
                )
            case forms.RenameFolder(folder=folder, title=title):
                return connection.Call(
                    method="PUT",
                    path=self.path(folder.uid),
                    asked=f"renaming the folder {folder.uid!r}",
                    document={"title": title, "version": int(folder.revision)},
                    is_idempotent=False,
                    conflict=errors.EditConflict,
                )
            case forms.MoveFolder(folder=folder, parent_uid=parent):
                return connection.Call(
                    method="POST",
                    path=f"{self.path(folder.uid)}/move",
                    asked=f"moving the folder {folder.uid!r}",
                    document={"parentUid": parent},
                    conflict=errors.NameTaken,
                )
