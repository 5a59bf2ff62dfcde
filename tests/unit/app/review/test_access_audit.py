"""The audit finds access that is too much, and says what it cannot see."""

import datetime as dt
from typing import Any

import httpx
import pytest

from sightline.app.review import access as chore
from sightline.clients import grafana
from sightline.clients.grafana import access as reading
from sightline.model import findings, secrets
from sightline.review import access
from support.grafana import answers, contract, memory, serving

NOW = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)


def _user(login: str, role: str, seen: str, **more: object) -> dict[str, Any]:
    return {
        "userId": len(login),
        "login": login,
        "role": role,
        "created": "2025-01-01T00:00:00Z",
        "lastSeenAt": f"{seen}T00:00:00Z",
        **more,
    }


def _team(number: int, name: str) -> dict[str, Any]:
    return {
        "id": number,
        "uid": name,
        "name": name,
        "orgId": 1,
        "memberCount": 1,
        "isProvisioned": False,
    }


@pytest.fixture
def server() -> memory.MemoryGrafana:
    """Everything is as it should be, but for the intern."""
    server = memory.MemoryGrafana()
    server.holds.users = [
        _user("kim", "Admin", "2026-11-29"),
        _user("intern", "Editor", "2026-06-01"),
        _user("boss", "Viewer", "2025-02-01"),
        _user("gone", "Admin", "2025-02-01", isDisabled=True),
    ]
    server.holds.teams = [_team(1, "platform")]
    server.holds.members = {1: [{"userId": 3, "login": "kim"}]}
    return server


async def _observe(transport: serving.GrafanaTransport) -> access.Observation:
    token = grafana.Token(secrets.Secret(memory.TOKEN))
    async with httpx.AsyncClient(transport=transport) as client:
        return await chore.observe(grafana.Connection(client, contract.URL, token))


async def test_row_142_the_over_privileged_user_is_found_and_nobody_else(
    server: memory.MemoryGrafana,
) -> None:
    seen = await _observe(serving.GrafanaTransport(server))
    assert seen.unknown == ()
    assert list(access.judge(seen, NOW)) == [
        access.Problem(
            subject="user intern",
            problem="has more rights than anybody uses",
            evidence="Editor, last seen 182 d ago",
            next_step="make the account a viewer, or disable it",
        )
    ]
    assert access.remember(seen) == {
        "user kim": "Admin",
        "user intern": "Editor",
        "user boss": "Viewer",
        "user gone": "disabled",
        "team platform": "kim",
    }


async def test_what_is_forbidden_is_unknown_and_not_fine(
    server: memory.MemoryGrafana,
) -> None:
    transport = serving.GrafanaTransport(server)
    transport.break_next(
        "GET", "/api/org/users", lambda _: answers.fail(403, "Access denied")
    )
    seen = await _observe(transport)
    (unknown,) = seen.unknown
    assert unknown.subject == "users"
    assert "403" in unknown.reason or "denied" in unknown.reason
    assert list(access.judge(seen, NOW)) == []
    assert "user kim" not in access.remember(seen)


def _seen(**parts: object) -> access.Observation:
    fields: dict[str, Any] = dict.fromkeys(
        ("users", "teams", "accounts", "folders", "public"), ()
    )
    return access.Observation(**(fields | parts))


def _person(login: str, role: str) -> reading.User:
    return reading.User(
        user_id=1, login=login, role=role, created=NOW, last_seen_at=NOW
    )


def _told(seen: access.Observation) -> list[tuple[str, str]]:
    return [(one.subject, one.problem) for one in access.judge(seen, NOW)]


def test_an_administrator_without_a_team_is_named() -> None:
    kim = _person("kim", "Admin")
    assert _told(_seen(users=(kim,))) == [
        ("user kim", "is an administrator who belongs to no team")
    ]
    unknown = findings.NotChecked(subject="teams", reason="forbidden")
    assert _told(_seen(users=(kim,), teams=unknown)) == []


def test_a_permission_beyond_the_role_is_named() -> None:
    grants = (
        reading.Permission(level=reading.PermissionLevel(2), user_login="boss"),
        reading.Permission(level=reading.PermissionLevel(4), user_login="unknown"),
        reading.Permission(level=reading.PermissionLevel(2), role="Viewer"),
        reading.Permission(
            level=reading.PermissionLevel(4), role="Viewer", is_inherited=True
        ),
        reading.Permission(level=reading.PermissionLevel(2), team="platform"),
    )
    folder = access.FolderAccess(uid="e", title="Executive", permissions=grants)
    seen = _seen(users=(_person("boss", "Viewer"),), folders=(folder,))
    assert _told(seen) == [
        ("user boss", "has more rights than the role says"),
        ("folder Executive", "may be changed by every viewer"),
    ]


def test_tokens_are_judged_by_age_end_and_use() -> None:
    def token(
        name: str,
        age: int,
        expiration: dt.datetime | None = None,
        last_used_at: dt.datetime | None = None,
        *,
        has_expired: bool = False,
    ) -> reading.Token:
        return reading.Token(
            id=1,
            name=name,
            created=NOW - dt.timedelta(days=age),
            expiration=expiration,
            last_used_at=last_used_at,
            has_expired=has_expired,
        )

    account = reading.ServiceAccount(id=1, name="ci", login="sa-ci", role="Admin")
    soon = NOW + dt.timedelta(days=30)
    tokens = (
        token("new", age=10),
        token("eternal", age=100),
        token("ends", age=100, expiration=soon),
        token("old", age=400, expiration=soon),
        token("idle", age=100, expiration=soon, last_used_at=NOW - dt.timedelta(91)),
        token("dead", age=500, has_expired=True),
    )
    held = access.AccountTokens(account=account, tokens=tokens)
    evidence = {
        one.subject: one.evidence for one in access.judge(_seen(accounts=(held,)), NOW)
    }
    assert evidence == {
        "token eternal of ci": "Admin; never expires",
        "token old of ci": "Admin; 400 d old",
        "token idle of ci": "Admin; not used for 91 d",
    }


def test_a_public_dashboard_is_named_while_it_is_on() -> None:
    def shared(title: str, *, is_enabled: bool) -> reading.PublicDashboard:
        return reading.PublicDashboard(
            uid=title, dashboard_uid=title, title=title, is_enabled=is_enabled
        )

    both = (shared("Revenue", is_enabled=True), shared("Old", is_enabled=False))
    assert _told(_seen(public=both)) == [("dashboard Revenue", "is public")]
