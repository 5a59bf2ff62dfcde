"""An in-memory Grafana that answers as the real one: the classic API.

Sources of its behaviour: the statuses of Grafana's document, and its documentation of
the HTTP API. What only servers do, and no document says, is marked `unjudged`.
"""

import re
import urllib.parse
from collections.abc import Callable
from typing import Final

import httpx

from support.grafana import (
    boards,
    folders,
    holdings,
    listings,
    marks,
    resources,
    sources,
)
from support.grafana.answers import fail, give, path_of

__all__ = ["TOKEN", "MemoryGrafana"]

TOKEN: Final = "glsa_0123456789abcdefghijklmnopqrstuv_89abcdef"  # noqa: S105 -- a test's

Handler = Callable[..., httpx.Response]


class MemoryGrafana:
    """Holds dashboards, folders, data sources and people, and is asked by HTTP.

    Attributes:
        version: as its health says.
        holds: everything in it; a test edits it by hand.
        tokens: the role of each service account's token.
        administrator: user and password of the server's own administrator.
        asked: method and path of every request so far.
    """

    def __init__(self, version: str = "13.2.0") -> None:
        self.version = version
        self.database = "ok"
        self.holds = holdings.Holdings()
        self.tokens = {TOKEN: "Admin"}
        self.administrator = ("admin", "correct horse")
        self.asked: list[tuple[str, str]] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answers one request."""
        path = path_of(request)
        self.asked.append((request.method, path))
        if path == "/api/health":
            return self._health()
        refusal = self._authorize(request)
        if refusal is not None:
            return refusal
        if path.startswith("/apis/"):
            return resources.answer(self.holds, request)
        for method, pattern, handler in _ROUTES:
            found = pattern.fullmatch(path)
            if found and method == request.method:
                parts = map(urllib.parse.unquote, found.groups())
                return handler(self.holds, request, *parts)
        return fail(404, "Not found")

    def _health(self) -> httpx.Response:
        status = 200 if self.database == "ok" else 503
        facts = {"database": self.database, "version": self.version, "commit": "abc"}
        return give(facts if status == 200 else {**facts, "message": "failing"}, status)

    def _authorize(self, request: httpx.Request) -> httpx.Response | None:
        header = request.headers.get("authorization", "")
        login = httpx.BasicAuth(*self.administrator)
        if (
            header
            == next(login.auth_flow(httpx.Request("GET", "http://x"))).headers[
                "authorization"
            ]
        ):
            return None
        role = self.tokens.get(header.removeprefix("Bearer "))
        if role is None:
            return fail(401, "Invalid API key")
        is_change = request.method != "GET" and request.url.path != "/api/ds/query"
        if is_change and role == "Viewer":
            return fail(
                403, "You'll need additional permissions to perform this action"
            )
        if request.url.path.startswith("/api/admin/"):
            return fail(403, "Permission denied")
        return None


def _route(
    method: str, pattern: str, handler: Handler
) -> tuple[str, re.Pattern[str], Handler]:
    return method, re.compile(pattern.replace("{}", "([^/]+)")), handler


_ROUTES: Final = tuple(
    _route(*one)
    for one in (
        ("POST", "/api/dashboards/db", boards.save),
        ("GET", "/api/dashboards/uid/{}", boards.fetch),
        ("DELETE", "/api/dashboards/uid/{}", boards.delete),
        ("GET", "/api/search", boards.search),
        ("GET", "/api/folders", folders.fetch_all),
        ("POST", "/api/folders", folders.create),
        ("GET", "/api/folders/{}", folders.fetch),
        ("PUT", "/api/folders/{}", folders.rename),
        ("DELETE", "/api/folders/{}", folders.delete),
        ("POST", "/api/folders/{}/move", folders.move),
        ("GET", "/api/datasources", sources.fetch_all),
        ("POST", "/api/datasources", sources.create),
        ("GET", "/api/datasources/uid/{}", sources.fetch),
        ("PUT", "/api/datasources/uid/{}", sources.update),
        ("DELETE", "/api/datasources/uid/{}", sources.delete),
        ("GET", "/api/datasources/uid/{}/health", sources.check),
        ("POST", "/api/ds/query", sources.run_queries),
        ("POST", "/api/annotations", marks.annotate),
        ("GET", "/api/annotations", marks.fetch_annotations),
        ("POST", "/api/admin/provisioning/{}/reload", marks.reload_files),
        ("GET", "/api/org/users", listings.users),
        ("GET", "/api/teams/search", listings.teams),
        ("GET", "/api/teams/{}/members", listings.members),
        ("GET", "/api/serviceaccounts/search", listings.accounts),
        ("GET", "/api/serviceaccounts/{}/tokens", listings.tokens),
        ("GET", "/api/dashboards/public-dashboards", listings.public_dashboards),
        ("GET", "/api/folders/{}/permissions", listings.of_folder),
        ("GET", "/api/dashboards/uid/{}/permissions", listings.of_dashboard),
    )
)
