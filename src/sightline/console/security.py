"""What every answer carries, and which requests are refused before they are read."""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["POLICY", "Guard"]

_LOCAL_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing inline, nothing from elsewhere: markup in a label value stays text even if a
mistake of ours should let it through."""

_HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Guard:
    """ASGI middleware: host and origin are ours, and the security headers are set.

    The host check stops DNS rebinding: a foreign page whose name was made to point to
    127.0.0.1 still sends its own name.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._names = _LOCAL_HOSTS | names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, unless it is not meant for this console."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = _find_refusal(Headers(scope=scope), self._names)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, text in _HEADERS.items():
                    headers.setdefault(name, text)
                # Revalidated each time: an update counts at the next look.
                headers.setdefault("cache-control", "no-cache")
            await send(message)

        if refusal is not None:
            answer = PlainTextResponse(refusal + "\n", status_code=403)
            await answer(scope, receive, send_guarded)
            return
        await self._app(scope, receive, send_guarded)


def _find_refusal(headers: Headers, names: frozenset[str]) -> str | None:
    host = headers.get("host", "")
    if _hostname(f"//{host}") not in names:
        return f"this console answers to {', '.join(sorted(names))} only"
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        return "this console answers to its own pages only"
    return None


def _hostname(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
