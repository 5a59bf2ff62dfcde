"""The gateway's request filter: what it refuses before anything else looks at it."""

import re
import urllib.parse
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from starlette import datastructures, responses

from sightline.demo import event_log, limits, places
from sightline.instrument import exchanges, meters

__all__ = ["RULES", "Rule", "Shield", "find_attack", "has_credentials"]

_REQUESTS_PER_CLIENT: Final = 20
_WINDOW_SECONDS: Final = 10.0
_CREDENTIALS_IN_URL: Final = "credentials_in_url"
_CREDENTIALS: Final = frozenset({"password", "passwd", "secret", "token", "api_key"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern of what no honest client asks for.

    Attributes:
        pattern: searched for in the decoded path and query.
    """

    id: str
    attack_type: str
    pattern: re.Pattern[str]


def _rule(name: str, attack_type: str, pattern: str) -> Rule:
    return Rule(name, attack_type, re.compile(pattern, re.IGNORECASE))


RULES: Final = (
    _rule("traversal-1", "path_traversal", r"\.\.[/\\]"),
    _rule("sqli-1", "sql_injection", r"\bunion\s+(all\s+)?select\b"),
    _rule("sqli-2", "sql_injection", r"['\"]\s*or\s*['\"]?\d+['\"]?\s*=\s*['\"]?\d"),
    _rule("xss-1", "cross_site_scripting", r"<\s*script\b|javascript:"),
    _rule("scan-1", "scanner", r"^/(\.env|\.git/|wp-login\.php|wp-admin|phpmyadmin)\b"),
)


def find_attack(target: str) -> Rule | None:
    """Gives the first rule that a path with its query breaks.

    It is decoded twice, because what is encoded twice is meant to slip through.
    """
    decoded = urllib.parse.unquote_plus(urllib.parse.unquote_plus(target))
    return next((rule for rule in RULES if rule.pattern.search(decoded)), None)


def has_credentials(query: str) -> bool:
    """Tells whether a query names a secret, which then stands in every log."""
    return not _CREDENTIALS.isdisjoint(urllib.parse.parse_qs(query))


class Shield:
    """Filters an application's requests, and logs each with what became of it.

    Requests without a forwarded address come from inside: they have no client to
    be limited or looked up.
    """

    def __init__(
        self,
        app: exchanges.Application,
        log: event_log.EventLog,
    ) -> None:
        self._app = app
        self._window = limits.SlidingWindow(_REQUESTS_PER_CLIENT, _WINDOW_SECONDS)
        self._log = log

    async def __call__(
        self, scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
    ) -> None:
        """Serves one ASGI connection."""
        refused = self._examine(scope) if _is_a_clients(scope) else None
        if refused is None:
            await self._app(scope, receive, send)
            return
        answer = responses.JSONResponse({"error": refused.phrase}, refused)
        await answer(scope, receive, send)

    def _examine(self, scope: exchanges.Scope) -> HTTPStatus | None:
        headers = datastructures.Headers(scope=scope)
        client = places.read_address(headers.get("x-forwarded-for", ""))
        query = scope["query_string"].decode("latin-1")
        if rule := find_attack(f"{scope['path']}?{query}"):
            self._note("blocked", client, rule_id=rule.id, attack_type=rule.attack_type)
            return HTTPStatus.FORBIDDEN
        if has_credentials(query):
            self._note("violation", client, policy=_CREDENTIALS_IN_URL)
            return HTTPStatus.BAD_REQUEST
        if client and not self._window.admit(client):
            self._note("limited", client)
            return HTTPStatus.TOO_MANY_REQUESTS
        self._note("passed", client)
        return None

    def _note(self, outcome: str, client: str, **more: str) -> None:
        self._log.write("request", outcome=outcome, client=client, **more)


def _is_a_clients(scope: exchanges.Scope) -> bool:
    return scope["type"] == "http" and scope["path"] not in meters.EXCLUDED_PATHS
