"""The newer API of the Grafana of the tests: dashboards and folders as resources."""

import re
from typing import Final

import httpx

from support.grafana import holdings
from support.grafana.answers import Json, fail_as_kubernetes, give, read

__all__ = ["answer"]

_PATH: Final = re.compile(
    r"/apis/(?P<group>dashboard|folder)\.grafana\.app/(?P<version>v1|v1beta1)"
    r"/namespaces/default/(?:dashboards|folders)(?:/(?P<uid>[^/]+))?"
)
_FOLDER: Final = "grafana.app/folder"


def answer(holds: holdings.Holdings, request: httpx.Request) -> httpx.Response:
    """Reads, creates, replaces or deletes a resource."""
    found = _PATH.fullmatch(request.url.path)
    if found is None:
        return fail_as_kubernetes(404, "NotFound", "no such resource")
    kind = _Boards(holds) if found["group"] == "dashboard" else _Folders(holds)
    if request.method == "POST":
        return _create(kind, read(request))
    uid = found["uid"] or ""
    version = kind.version(uid)
    if version is None:
        return fail_as_kubernetes(404, "NotFound", f"{uid} not found")
    if request.method == "PUT":
        return _replace(kind, uid, version, read(request))
    if request.method == "DELETE":
        kind.delete(uid)
        return give({"kind": "Status", "status": "Success"})
    return give(kind.describe(uid))


def _create(kind: "_Boards | _Folders", body: Json) -> httpx.Response:
    name = body["metadata"]["name"]
    if kind.version(name) is not None:
        return fail_as_kubernetes(409, "AlreadyExists", f"{name} already exists")
    kind.put(name, body, 1)
    return give(kind.describe(name), 201)


def _replace(
    kind: "_Boards | _Folders", uid: str, version: int, body: Json
) -> httpx.Response:
    if body["metadata"].get("resourceVersion", str(version)) != str(version):
        return fail_as_kubernetes(
            409, "Conflict", "the object has been modified; apply your changes anew"
        )
    kind.put(uid, body, version + 1)
    return give(kind.describe(uid))


class _Boards:
    def __init__(self, holds: holdings.Holdings) -> None:
        self._holds = holds

    def version(self, uid: str) -> int | None:
        board = self._holds.boards.get(uid)
        return None if board is None else board.version

    def put(self, uid: str, body: Json, version: int) -> None:
        annotations = body["metadata"].get("annotations", {})
        self._holds.boards[uid] = holdings.Board(
            document={**body["spec"], "uid": uid},
            id=self._holds.next(),
            folder=annotations.get(_FOLDER, ""),
            version=version,
            message=annotations.get("grafana.app/message", ""),
        )

    def delete(self, uid: str) -> None:
        del self._holds.boards[uid]

    def describe(self, uid: str) -> Json:
        board = self._holds.boards[uid]
        managed = {"grafana.app/managedBy": "classic-file-provisioning"}
        spec = {k: v for k, v in board.document.items() if k != "uid"}
        return {
            "metadata": {
                "name": uid,
                "resourceVersion": str(board.version),
                "annotations": {
                    **({_FOLDER: board.folder} if board.folder else {}),
                    **(managed if board.provisioned else {}),
                    "grafana.app/updatedBy": f"user:{board.updated_by}",
                    "grafana.app/updatedTimestamp": "2026-11-01T12:00:00Z",
                },
            },
            "spec": spec,
        }


class _Folders:
    def __init__(self, holds: holdings.Holdings) -> None:
        self._holds = holds

    def version(self, uid: str) -> int | None:
        folder = self._holds.folders.get(uid)
        return None if folder is None else folder.version

    def put(self, uid: str, body: Json, version: int) -> None:
        parent = body["metadata"].get("annotations", {}).get(_FOLDER, "")
        self._holds.folders[uid] = holdings.FolderState(
            body["spec"]["title"], parent, version
        )

    def delete(self, uid: str) -> None:
        del self._holds.folders[uid]

    def describe(self, uid: str) -> Json:
        folder = self._holds.folders[uid]
        return {
            "metadata": {
                "name": uid,
                "resourceVersion": str(folder.version),
                "annotations": {_FOLDER: folder.parent} if folder.parent else {},
            },
            "spec": {"title": folder.title},
        }
