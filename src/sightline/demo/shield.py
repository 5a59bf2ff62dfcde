"""The gateway's request filter: what it refuses before anything else looks at it."""

import re
import urllib.parse
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import prometheus_client
from starlette import datastructures, responses

from sightline.demo import limits, places
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
    """Filters an application's requests and counts what it refuses.

    Requests without a forwarded address come from inside: they have no client to
    be limited or looked up.
    """

    def __init__(
        self,
        app: exchanges.Application,
        registry: prometheus_client.CollectorRegistry,
    ) -> None:
        self._app = app
        self._window = limits.SlidingWindow(_REQUESTS_PER_CLIENT, _WINDOW_SECONDS)
        self._blocked = prometheus_client.Counter(
            "waf_blocked_requests_total",
            "Requests that the filter refused, by the rule that they broke.",
            ["rule_id", "attack_type"],
            registry=registry,
        )
        self._limited = prometheus_client.Counter(
            "rate_limit_hits_total",
            "Requests refused because their client made too many.",
            registry=registry,
        )
        self._listed = prometheus_client.Counter(
            "suspicious_ip_hits_total",
            "Requests from networks on a list of bad actors; they are let through.",
            ["list"],
            registry=registry,
        )
        self._violations = prometheus_client.Counter(
            "security_policy_violations_total",
            "Violations of a security policy.",
            ["policy"],
            registry=registry,
        )
        for rule in RULES:
            self._blocked.labels(rule.id, rule.attack_type)
        for name in places.BAD_NETWORKS:
            self._listed.labels(name)
        self._violations.labels(_CREDENTIALS_IN_URL)

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
        if client:
            for name in places.lists_of(client):
                self._listed.labels(name).inc()
        query = scope["query_string"].decode("latin-1")
        if rule := find_attack(f"{scope['path']}?{query}"):
            self._blocked.labels(rule.id, rule.attack_type).inc()
            return HTTPStatus.FORBIDDEN
        if has_credentials(query):
            self._violations.labels(_CREDENTIALS_IN_URL).inc()
            return HTTPStatus.BAD_REQUEST
        if client and not self._window.admit(client):
            self._limited.inc()
            return HTTPStatus.TOO_MANY_REQUESTS
        return None


def _is_a_clients(scope: exchanges.Scope) -> bool:
    return scope["type"] == "http" and scope["path"] not in meters.EXCLUDED_PATHS
