"""Who may look at a console that others can reach."""

import asyncio
import ipaddress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette import datastructures

from sightline import errors
from sightline.console import access, application, gate, limits, settings

if TYPE_CHECKING:
    from unit.console import conftest

VIEWER = "v" * 32
OPERATOR = "o" * 32
HOST = "monitoring.example.com"


@pytest.fixture
def rules(tmp_path: Path) -> access.Access:
    """Two tokens, and a proxy at 10.0.0.0/8 whose group `sre` operates."""
    path = tmp_path / "tokens"
    path.write_text(f"# ours\nviewer {VIEWER}\n\noperator {OPERATOR} # on call\n")
    proxy = access.Proxy(
        user_header="X-Forwarded-User",
        groups_header="X-Forwarded-Groups",
        operator_group="sre",
        trusted=(ipaddress.ip_network("10.0.0.0/8"),),
    )
    return access.require_access(
        "0.0.0.0",  # noqa: S104 - nothing listens here
        access.Access(
            names=frozenset({HOST}), tokens=access.read_tokens(path), proxy=proxy
        ),
    )


class Guarded:
    """A client of a console with rules, from an address of its choice."""

    def __init__(
        self, surroundings: settings.Settings, upstream: "conftest.Upstream"
    ) -> None:
        self._app = application.create_application(
            surroundings, httpx.MockTransport(upstream)
        )

    def ask(
        self,
        path: str,
        headers: dict[str, str] | None = None,
        form: dict[str, str] | None = None,
        address: str = "192.0.2.7",
    ) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self._app, client=(address, 1))
            url = f"https://{HOST}"
            async with httpx.AsyncClient(transport=transport, base_url=url) as client:
                method = "GET" if form is None else "POST"
                return await client.request(method, path, headers=headers, data=form)

        return asyncio.run(send())


@pytest.fixture
def guarded(
    surroundings: settings.Settings,
    upstream: "conftest.Upstream",
    rules: access.Access,
) -> Guarded:
    """The console with these rules."""
    return Guarded(replace(surroundings, admission=rules), upstream)


@pytest.mark.parametrize("path", ["/", "/api/alerts", "/metrics", "/vendor/x"])
def test_strangers_see_nothing(guarded: Guarded, path: str) -> None:
    answer = guarded.ask(path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_stranger_s_browser_is_led_to_the_sign_in(guarded: Guarded) -> None:
    answer = guarded.ask("/slos", {"accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/slos"
    form = guarded.ask("/sign-in?next=/slos")
    assert form.status_code == 200
    assert 'value="/slos"' in form.text
    assert "form-action 'self'" in form.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("token", "path", "status"),
    [
        (VIEWER, "/alerts", 200),
        (VIEWER, "/inbox", 403),
        (VIEWER, "/api/inbox", 403),
        (OPERATOR, "/inbox", 200),
        ("wrong" * 8, "/alerts", 401),
        ("", "/alerts", 401),
    ],
)
def test_a_bearer_token_reads_what_its_role_may(
    guarded: Guarded, token: str, path: str, status: int
) -> None:
    answer = guarded.ask(path, {"authorization": f"Bearer {token}"})
    assert answer.status_code == status


def test_a_token_becomes_a_flagged_session_cookie(guarded: Guarded) -> None:
    answer = guarded.ask("/sign-in", form={"token": VIEWER, "next": "/slos"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/slos")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{gate.COOKIE}=viewer.")
    for flag in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
        assert flag in cookie
    session = cookie.split(";")[0]
    assert guarded.ask("/slos", {"cookie": session}).status_code == 200
    assert guarded.ask("/inbox", {"cookie": session}).status_code == 403
    forged = session.replace("viewer", "operator")
    assert guarded.ask("/slos", {"cookie": forged}).status_code == 401
    ended = guarded.ask("/sign-out", {"cookie": session}, form={})
    assert "Max-Age=0" in ended.headers["set-cookie"]


def test_a_session_ends(rules: access.Access) -> None:
    session = rules.start_session(access.Role.VIEWER, 1000)
    headers = datastructures.Headers()
    found = [
        rules.recognize(headers, session, "", now)
        for now in (1000 + access.SESSION_SECONDS - 1, 1000 + access.SESSION_SECONDS)
    ]
    assert [person.role if person else None for person in found] == [
        access.Role.VIEWER,
        None,
    ]


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\e"])
def test_a_sign_in_leads_nowhere_else(guarded: Guarded, target: str) -> None:
    answer = guarded.ask("/sign-in", form={"token": VIEWER, "next": target})
    assert answer.headers["location"] == "/"


def test_guessing_is_slowed_down(guarded: Guarded) -> None:
    answers = [guarded.ask("/sign-in", form={"token": "guess"}) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2
    assert answers[-1].headers["retry-after"] == "10"
    # Somebody else is not held back by that.
    other = guarded.ask("/sign-in", form={"token": VIEWER}, address="192.0.2.8")
    assert other.status_code == 303


def test_a_trusted_proxy_is_believed_and_nobody_else(guarded: Guarded) -> None:
    headers = {"X-Forwarded-User": "ann", "X-Forwarded-Groups": "dev, sre"}
    assert guarded.ask("/inbox", headers, address="10.1.2.3").status_code == 200
    assert guarded.ask("/inbox", headers, address="192.0.2.7").status_code == 401
    viewer = {"X-Forwarded-User": "bob", "X-Forwarded-Groups": "dev"}
    assert guarded.ask("/alerts", viewer, address="10.1.2.3").status_code == 200
    assert guarded.ask("/inbox", viewer, address="10.1.2.3").status_code == 403


def test_health_is_open_and_foreign_names_are_refused(guarded: Guarded) -> None:
    assert guarded.ask("/health").status_code == 200
    answer = guarded.ask("/health", {"host": "evil.example"})
    assert answer.status_code == 403
    assert HOST in answer.text


@pytest.mark.parametrize("listen", ["127.0.0.1", "localhost", "::1", "127.1.2.3"])
def test_this_machine_alone_asks_nobody(listen: str) -> None:
    assert not access.require_access(listen, access.Access()).is_required


@pytest.mark.parametrize("listen", ["0.0.0.0", "192.0.2.1", "::", "host.example"])  # noqa: S104 - nothing listens
def test_listening_elsewhere_needs_rules(listen: str) -> None:
    with pytest.raises(errors.InputError, match="shows the console to others"):
        access.require_access(listen, access.Access())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("admin " + "x" * 32, "expected 'viewer TOKEN' or 'operator TOKEN'"),
        ("viewer", "expected 'viewer TOKEN' or 'operator TOKEN'"),
        ("viewer short", "expected a token of at least 20 characters, found 5"),
    ],
)
def test_a_token_file_says_its_mistakes_and_no_token(
    tmp_path: Path, text: str, reason: str
) -> None:
    path = tmp_path / "tokens"
    path.write_text(f"# first\n{text}\n")
    with pytest.raises(errors.InputError) as raised:
        access.read_tokens(path)
    assert str(raised.value).startswith(f"{path}:2: {reason}")
    assert "x" * 32 not in str(raised.value)


def test_a_limit_refills_with_time() -> None:
    now = [0.0]
    limit = limits.Limit(burst=2, per_second=1, clock=lambda: now[0])
    assert [limit.allows("a") for _ in range(3)] == [True, True, False]
    assert limit.allows("b")
    now[0] = 1.0
    assert [limit.allows("a") for _ in range(2)] == [True, False]
