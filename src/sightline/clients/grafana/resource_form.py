"""Dashboards and folders below `/apis`, in the form of Kubernetes' objects.

https://grafana.com/docs/grafana/latest/developers/http_api/apis/
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

import pydantic
from pydantic.alias_generators import to_camel

from sightline import errors
from sightline.clients import servers
from sightline.clients.grafana import connection, forms, objects

__all__ = ["DEFAULT_NAMESPACE", "ResourceDashboards", "ResourceFolders"]

DEFAULT_NAMESPACE: Final = "default"
"""That of the first organisation; `org-<id>` of others, `stacks-<id>` in the cloud."""

_CAMEL: Final = pydantic.ConfigDict(alias_generator=to_camel)
_FOLDER: Final = "grafana.app/folder"
_MESSAGE: Final = "grafana.app/message"
_MANAGED_BY: Final = "grafana.app/managedBy"
_UPDATED_BY: Final = "grafana.app/updatedBy"
_UPDATED: Final = "grafana.app/updatedTimestamp"


@dataclass(frozen=True, slots=True)
class _Metadata:
    __pydantic_config__ = _CAMEL

    name: str
    resource_version: str
    annotations: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Resource:
    metadata: _Metadata
    spec: dict[str, object]

    def as_stored(self) -> objects.StoredDashboard:
        annotations = self.metadata.annotations
        time = annotations.get(_UPDATED)
        return objects.StoredDashboard(
            uid=self.metadata.name,
            document={**self.spec, "uid": self.metadata.name},
            folder_uid=annotations.get(_FOLDER, objects.ROOT),
            revision=self.as_revision(),
            is_managed=_MANAGED_BY in annotations,
            updated=dt.datetime.fromisoformat(time) if time else None,
            updated_by=annotations.get(_UPDATED_BY, ""),
        )

    def as_folder(self) -> objects.Folder:
        return objects.Folder(
            uid=self.metadata.name,
            title=str(self.spec.get("title", "")),
            parent_uid=self.metadata.annotations.get(_FOLDER, objects.ROOT),
            revision=self.as_revision(),
            is_managed=_MANAGED_BY in self.metadata.annotations,
        )

    def as_revision(self) -> objects.Revision:
        return objects.Revision(self.metadata.resource_version)


_RESOURCE: Final = pydantic.TypeAdapter(_Resource)
_STORED: Final = servers.Translated(_RESOURCE, _Resource.as_stored)
_SAVED: Final = servers.Translated(_RESOURCE, _Resource.as_revision)
_STORED_FOLDER: Final = servers.Translated(_RESOURCE, _Resource.as_folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    uid: str
    annotations: dict[str, str]
    spec: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """A kind of object, and where its objects live."""

    name: str
    group: str
    plural: str
    version: str
    namespace: str

    def path(self, uid: str | None = None) -> str:
        """Gives the path of one object, or of all."""
        space = f"namespaces/{connection.quote(self.namespace)}"
        parts = [f"/apis/{self.group}/{self.version}", space, self.plural]
        return "/".join(parts if uid is None else [*parts, connection.quote(uid)])

    def put(
        self, wanted: _Wanted, asked: str, replaces: objects.Revision | None
    ) -> connection.Call:
        """Gives the call that creates an object, or replaces one of a revision."""
        metadata: dict[str, object] = {
            "name": wanted.uid,
            "annotations": {
                name: text for name, text in wanted.annotations.items() if text
            },
        }
        if replaces is not None:
            metadata["resourceVersion"] = replaces
        return connection.Call(
            method="POST" if replaces is None else "PUT",
            path=self.path(None if replaces is None else wanted.uid),
            asked=asked,
            document={
                "apiVersion": f"{self.group}/{self.version}",
                "kind": self.name,
                "metadata": metadata,
                "spec": wanted.spec,
            },
            is_idempotent=False,
            conflict=errors.NameTaken if replaces is None else errors.EditConflict,
        )


class ResourceDashboards:
    """A `forms.DashboardForm`.

    Args:
        version: `v1` on Grafana 13 and later, `v1beta1` on 12.
        namespace: that of the organisation.
    """

    stored = _STORED
    saved = _SAVED
    needs_revision = True

    def __init__(self, version: str, namespace: str = DEFAULT_NAMESPACE) -> None:
        self._kind = _Kind(
            name="Dashboard",
            group="dashboard.grafana.app",
            plural="dashboards",
            version=version,
            namespace=namespace,
        )

    def path(self, uid: str) -> str:
        """Gives where a dashboard is read and deleted."""
        return self._kind.path(uid)

    def save(self, change: forms.SaveDashboard) -> connection.Call:
        """Gives the call that saves one."""
        own = {"id", "uid", "version"}  # the server keeps them in the metadata
        return self._kind.put(
            _Wanted(
                uid=change.uid,
                annotations={_FOLDER: change.folder_uid, _MESSAGE: change.message},
                spec={k: v for k, v in change.document.items() if k not in own},
            ),
            f"saving the dashboard {change.uid!r}",
            change.replaces,
        )


class ResourceFolders:
    """A `forms.FolderForm`; its arguments are those of `ResourceDashboards`."""

    folder = _STORED_FOLDER

    def __init__(self, version: str, namespace: str = DEFAULT_NAMESPACE) -> None:
        self._kind = _Kind(
            name="Folder",
            group="folder.grafana.app",
            plural="folders",
            version=version,
            namespace=namespace,
        )

    def path(self, uid: str) -> str:
        """Gives where a folder is read and deleted."""
        return self._kind.path(uid)

    def change(self, change: forms.FolderChange) -> connection.Call:
        """Gives the call that makes a change."""
        match change:
            case forms.CreateFolder(uid=uid, title=title, parent_uid=parent):
                return self._put(uid, title, parent, f"creating the folder {uid!r}")
            case forms.RenameFolder(folder=folder, title=title):
                asked = f"renaming the folder {folder.uid!r}"
                return self._put(
                    folder.uid, title, folder.parent_uid, asked, folder.revision
                )
            case forms.MoveFolder(folder=folder, parent_uid=parent):
                asked = f"moving the folder {folder.uid!r}"
                return self._put(
                    folder.uid, folder.title, parent, asked, folder.revision
                )

    def _put(
        self,
        uid: str,
        title: str,
        parent_uid: str,
        asked: str,
        replaces: objects.Revision | None = None,
    ) -> connection.Call:
        wanted = _Wanted(
            uid=uid, annotations={_FOLDER: parent_uid}, spec={"title": title}
        )
        return self._kind.put(wanted, asked, replaces)
