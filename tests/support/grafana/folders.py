"""Folders, in the Grafana of the tests."""

import httpx

from support.grafana import holdings
from support.grafana.answers import fail, give, read

__all__ = ["create", "delete", "fetch", "fetch_all", "move", "rename"]


def fetch_all(holds: holdings.Holdings, request: httpx.Request) -> httpx.Response:
    asked = request.url.params
    limit, page = int(asked.get("limit", 1000)), int(asked.get("page", 1))
    parent = asked.get("parentUid", "")
    found = [
        {"uid": uid, "title": folder.title, "parentUid": folder.parent}
        for uid, folder in sorted(holds.folders.items())
        if folder.parent == parent
    ]
    return give(found[(page - 1) * limit : page * limit])


def _give(holds: holdings.Holdings, uid: str) -> httpx.Response:
    folder = holds.folders[uid]
    managed = {"managedBy": folder.managed_by} if folder.managed_by else {}
    return give(
        {
            "uid": uid,
            "title": folder.title,
            "version": folder.version,
            **({"parentUid": folder.parent} if folder.parent else {}),
            **managed,
        }
    )


def create(holds: holdings.Holdings, request: httpx.Request) -> httpx.Response:
    body = read(request)
    uid, parent = body.get("uid") or f"f{holds.next()}", body.get("parentUid")
    if uid in holds.folders:
        return fail(409, "a folder with the same uid already exists")
    if parent and parent not in holds.folders:
        return fail(400, "parent folder not found")
    if _is_titled(holds, body["title"], parent or ""):
        return fail(409, "a folder with the same name already exists here")
    holds.folders[uid] = holdings.FolderState(body["title"], parent or "")
    return _give(holds, uid)


def _is_titled(holds: holdings.Holdings, title: str, parent: str) -> bool:
    return any(
        one.title == title and one.parent == parent for one in holds.folders.values()
    )


def fetch(holds: holdings.Holdings, _: httpx.Request, uid: str) -> httpx.Response:
    if uid not in holds.folders:
        return fail(404, "folder not found")
    return _give(holds, uid)


def rename(
    holds: holdings.Holdings, request: httpx.Request, uid: str
) -> httpx.Response:
    if uid not in holds.folders:
        return fail(404, "folder not found")
    body, folder = read(request), holds.folders[uid]
    if not body.get("overwrite") and body.get("version") != folder.version:
        return fail(
            412, "the folder has been changed by someone else", "version-mismatch"
        )
    folder.title, folder.version = body["title"], folder.version + 1
    return _give(holds, uid)


def move(holds: holdings.Holdings, request: httpx.Request, uid: str) -> httpx.Response:
    parent = read(request).get("parentUid") or ""
    if uid not in holds.folders or (parent and parent not in holds.folders):
        return fail(404, "folder not found")
    holds.folders[uid].parent = parent
    holds.folders[uid].version += 1
    return _give(holds, uid)


def delete(holds: holdings.Holdings, _: httpx.Request, uid: str) -> httpx.Response:
    if uid not in holds.folders:
        return fail(404, "folder not found")
    title, gone = holds.folders[uid].title, set(holds.below(uid))
    holds.boards = {
        one: board for one, board in holds.boards.items() if board.folder not in gone
    }
    for one in gone:
        del holds.folders[one]
    return give({"id": 1, "message": f"Folder {title} deleted", "title": title})
