"""Dashboards, in the Grafana of the tests."""

from typing import Final

import httpx

from support.grafana import holdings
from support.grafana.answers import Json, fail, give, read, unjudged

__all__ = ["delete", "fetch", "save", "search"]

_LONGEST_UID: Final = 40


def save(holds: holdings.Holdings, request: httpx.Request) -> httpx.Response:
    body = read(request)
    document = body.get("dashboard") or {}
    uid, folder = document.get("uid") or "", body.get("folderUid") or ""
    refusal = _refuse_document(holds, document, folder)
    if refusal is not None:
        return refusal
    board = holds.boards.get(uid)
    if board and board.provisioned:
        return fail(400, "Cannot save provisioned dashboard")
    version = document.get("version") or 0
    if board and not body.get("overwrite") and version != board.version:
        return fail(
            412,
            "The dashboard has been changed by someone else",
            "version-mismatch",
        )
    title = document["title"]
    is_moved = board is None or board.folder != folder
    is_named = board is not None and board.document["title"] == title
    if (is_moved or not is_named) and title in holds.names_in(folder):
        return fail(
            412,
            "A dashboard with the same name in the folder already exists",
            "name-exists",
        )
    uid = uid or f"generated-{holds.next()}"
    kept = {k: v for k, v in document.items() if k not in {"id", "version"}}
    saved = holdings.Board(
        document={**kept, "uid": uid, **holds.makes_of_boards},
        id=board.id if board else holds.next(),
        folder=folder,
        version=board.version + 1 if board else 1,
        message=body.get("message", ""),
    )
    holds.boards[uid] = saved
    return give(
        {
            "id": saved.id,
            "uid": uid,
            "folderUid": folder,
            "status": "success",
            "title": title,
            "url": f"/d/{uid}",
            "version": saved.version,
        }
    )


def _refuse_document(
    holds: holdings.Holdings, document: Json, folder: str
) -> httpx.Response | None:
    if "elements" in document:
        return fail(400, "dashboard appears to be in v2 format")
    if not document.get("title"):
        return fail(400, "Dashboard title cannot be empty")
    if len(document.get("uid") or "") > _LONGEST_UID:
        return fail(400, "uid too long, max 40 characters")
    if not isinstance(document.get("panels", []), list):
        return fail(422, "unprocessable dashboard")
    if folder and folder not in holds.folders:
        return fail(404, "folder not found")
    return None


def fetch(holds: holdings.Holdings, _: httpx.Request, uid: str) -> httpx.Response:
    board = holds.boards.get(uid)
    if board is None:
        return fail(404, "Dashboard not found")
    return give(
        {
            "dashboard": {
                **board.document,
                "id": board.id,
                "version": board.version,
            },
            "meta": {
                "folderUid": board.folder,
                "version": board.version,
                "provisioned": board.provisioned,
                "updated": "2026-11-01T12:00:00Z",
                "updatedBy": board.updated_by,
                "canSave": True,
            },
        }
    )


def delete(holds: holdings.Holdings, _: httpx.Request, uid: str) -> httpx.Response:
    board = holds.boards.get(uid)
    if board is None:
        return fail(404, "Dashboard not found")
    if board.provisioned:
        # The document does not list 400 here; servers give it.
        return unjudged(fail(400, "provisioned dashboard cannot be deleted"))
    del holds.boards[uid]
    title = board.document["title"]
    return give({"message": f"Dashboard {title} deleted", "title": title, "uid": uid})


def search(holds: holdings.Holdings, request: httpx.Request) -> httpx.Response:
    asked = request.url.params
    limit, page = int(asked.get("limit", 1000)), int(asked.get("page", 1))
    if limit > 5000:
        return fail(422, "limit is above 5000")
    folders, tags = asked.get_list("folderUIDs"), set(asked.get_list("tag"))
    found = [
        {
            "uid": uid,
            "title": board.document["title"],
            "type": "dash-db",
            "tags": board.document.get("tags", []),
            **({"folderUid": board.folder} if board.folder else {}),
        }
        for uid, board in sorted(holds.boards.items())
        if (not folders or board.folder in folders)
        and tags <= set(board.document.get("tags", []))
    ]
    return give(found[(page - 1) * limit : page * limit])
