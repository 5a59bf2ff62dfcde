"""The gate: who asks, whether they may, how often, and the page that lets them in."""

import time
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qs, quote

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sightline.console import access, answers, limits, pages

__all__ = ["COOKIE", "Gate", "SignIn"]

COOKIE: Final = "__Host-sightline"
"""Browsers accept a cookie of this name over TLS alone, for this host alone."""

_OPEN: Final = ("/sign-in", "/health", "/static/")
_MOST_FORM_BYTES: Final = 4096
_TOO_MANY: Final = 429
_SECONDS_TO_WAIT: Final = "10"


class Gate:
    """ASGI middleware: lets through whom the rules know, as often as they allow."""

    def __init__(self, app: ASGIApp, rules: access.Access) -> None:
        self._app = app
        self._rules = rules
        self._known = limits.Limit(burst=400, per_second=60)
        self._strangers = limits.Limit(burst=60, per_second=5)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers why not."""
        if scope["type"] != "http" or not self._rules.is_required:
            await self._app(scope, receive, send)
            return
        refusal = self._find_refusal(Request(scope))
        await (refusal or self._app)(scope, receive, send)

    def _find_refusal(self, request: Request) -> Response | None:
        path = request.url.path
        address = request.client.host if request.client else ""
        person = self._rules.recognize(
            request.headers, request.cookies.get(COOKIE, ""), address, time.time()
        )
        limit = self._strangers if person is None else self._known
        if not limit.allows(address if person is None else person.name):
            return _slow_down()
        if path.startswith(_OPEN):
            return None
        if person is None:
            return _ask_in(path, request.headers)
        if not person.role.may_read(path):
            return answers.failure(403, "this is for operators; you read as a viewer")
        return None


class SignIn:
    """The page where a token is exchanged for a session."""

    def __init__(
        self, rules: access.Access, clock: Callable[[], float] = time.time
    ) -> None:
        self._rules = rules
        self._clock = clock
        self._tries = limits.Limit(burst=5, per_second=0.1)

    async def show(self, request: Request) -> Response:
        """Answers with the form."""
        return pages.sign_in(_read_target(request.query_params.get("next", "")), "")

    async def enter(self, request: Request) -> Response:
        """Answers with a session, when the token is known."""
        address = request.client.host if request.client else ""
        if not self._tries.allows(address):
            return _slow_down()
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_FORM_BYTES:
                return answers.failure(413, "the form is too long")
        form = parse_qs(body.decode(errors="replace"))
        target = _read_target(form.get("next", [""])[0])
        role = self._rules.role_of(form.get("token", [""])[0].strip())
        if role is None:
            return pages.sign_in(target, "This token is not known.", status=401)
        answer = RedirectResponse(target, status_code=303)
        answer.set_cookie(
            COOKIE,
            self._rules.start_session(role, self._clock()),
            max_age=access.SESSION_SECONDS,
            secure=True,
            httponly=True,
            samesite="strict",
        )
        return answer

    async def leave(self, _: Request) -> Response:
        """Answers with the session ended."""
        answer = RedirectResponse("/sign-in", status_code=303)
        answer.delete_cookie(COOKIE, secure=True, httponly=True, samesite="strict")
        return answer


def _ask_in(path: str, headers: Headers) -> Response:
    if "text/html" in headers.get("accept", ""):
        return RedirectResponse(f"/sign-in?next={quote(path)}", status_code=303)
    answer = answers.failure(401, "sign in first, or send a bearer token")
    answer.headers["www-authenticate"] = "Bearer"
    return answer


def _slow_down() -> Response:
    answer = answers.failure(_TOO_MANY, "too many questions; wait a little")
    answer.headers["retry-after"] = _SECONDS_TO_WAIT
    return answer


def _read_target(text: str) -> str:
    """Gives a path of this console; anything that leads elsewhere leads home."""
    is_own = text.startswith("/") and not text.startswith(("//", "/\\", "/sign-in"))
    return text if is_own else "/"
