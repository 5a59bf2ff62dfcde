"""The two forms of Grafana's API for dashboards and folders, behind one interface.

A form only says which call to make and what its answer means; it does no I/O.
"""

from dataclasses import dataclass
from typing import Protocol

from sightline.clients import servers
from sightline.clients.grafana import connection, objects

__all__ = [
    "CreateFolder",
    "DashboardForm",
    "FolderChange",
    "FolderForm",
    "MoveFolder",
    "RenameFolder",
    "SaveDashboard",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDashboard:
    """A dashboard as it is to be.

    Attributes:
        replaces: what is there, if nobody changed it since; `None` is nothing yet.
        message: for the dashboard's history.
        overwrite: whatever is there, `replaces` or not.
    """

    uid: str
    document: objects.Json
    folder_uid: str
    message: str
    replaces: objects.Revision | None = None
    overwrite: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateFolder:
    """A folder that is not there yet."""

    uid: str
    title: str
    parent_uid: str = objects.ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameFolder:
    """Another title for a folder, if nobody changed it since."""

    folder: objects.Folder
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFolder:
    """Another parent for a folder."""

    folder: objects.Folder
    parent_uid: str


FolderChange = CreateFolder | RenameFolder | MoveFolder


class DashboardForm(Protocol):
    """How dashboards are read and saved."""

    @property
    def stored(self) -> servers.Shape[objects.StoredDashboard]:
        """What the answer to reading means."""
        ...

    @property
    def saved(self) -> servers.Shape[objects.Revision]:
        """What the answer to saving means."""
        ...

    @property
    def needs_revision(self) -> bool:
        """Whether overwriting needs to know what is there."""
        ...

    def path(self, uid: str) -> str:
        """Gives where a dashboard is read and deleted."""
        ...

    def save(self, change: SaveDashboard) -> connection.Call:
        """Gives the call that saves one."""
        ...


class FolderForm(Protocol):
    """How folders are read and changed."""

    @property
    def folder(self) -> servers.Shape[objects.Folder]:
        """What every answer means but that to deleting."""
        ...

    def path(self, uid: str) -> str:
        """Gives where a folder is read and deleted."""
        ...

    def change(self, change: FolderChange) -> connection.Call:
        """Gives the call that makes a change."""
        ...
