import datetime as dt

import httpx
import pytest

from sightline import errors
from sightline.clients import grafana
from sightline.clients.grafana import access
from support.grafana import contract, holdings, memory, serving

JULY = dt.datetime(2026, 7, 1, 8, 30, tzinfo=dt.UTC)
ALICE = {
    "userId": 2,
    "uid": "alice",
    "login": "alice",
    "email": "alice@skillancer.com",
    "name": "Alice",
    "role": "Admin",
    "created": "2026-01-01T00:00:00Z",
    "lastSeenAt": "2026-07-01T08:30:00Z",
    "isDisabled": False,
    "authLabels": ["OAuth"],
}
NEW = {
    "userId": 3,
    "login": "new",
    "role": "Viewer",
    "created": "2026-11-01T00:00:00Z",
    "lastSeenAt": "2016-11-01T00:00:00Z",
}


async def test_users_have_roles_and_when_they_were_seen(
    server: memory.MemoryGrafana, reach: grafana.Connection
) -> None:
    server.holds.users = [ALICE, NEW]
    alice, new = await access.AccessReader(reach).fetch_users()
    assert (alice.login, alice.role, alice.last_seen_at) == ("alice", "Admin", JULY)
    assert alice.auth_labels == ("OAuth",)
    assert (alice.was_ever_seen, new.was_ever_seen) == (True, False)


async def test_teams_are_read_to_the_last_page(
    server: memory.MemoryGrafana, reach: grafana.Connection
) -> None:
    server.holds.teams = [
        {
            "id": number,
            "uid": f"t{number}",
            "name": f"team {number}",
            "orgId": 1,
            "memberCount": 0,
            "isProvisioned": False,
        }
        for number in range(250)
    ]
    teams = await access.AccessReader(reach).fetch_teams()
    assert [team.uid for team in teams] == [f"t{number}" for number in range(250)]
    assert server.asked == [("GET", "/api/teams/search")] * 3


async def test_members_are_those_of_one_team(
    server: memory.MemoryGrafana, reach: grafana.Connection
) -> None:
    team = access.Team(id=7, uid="sre", name="SRE")
    server.holds.teams = [{"id": 7}]
    server.holds.members[7] = [{"userId": 2, "login": "alice", "permission": 4}]
    reader = access.AccessReader(reach)
    assert await reader.fetch_members(team) == (
        access.Member(user_id=2, login="alice", permission=4),
    )


async def test_service_accounts_have_tokens_that_may_never_expire(
    server: memory.MemoryGrafana, reach: grafana.Connection
) -> None:
    server.holds.accounts = [
        {"id": 5, "name": "ci", "login": "sa-ci", "role": "Editor", "tokens": 2}
    ]
    server.holds.account_tokens[5] = [
        {"id": 1, "name": "old", "created": "2026-01-01T00:00:00Z"},
        {
            "id": 2,
            "name": "spent",
            "expiration": "2026-07-01T08:30:00Z",
            "lastUsedAt": "0001-01-01T00:00:00Z",
            "hasExpired": True,
        },
    ]
    reader = access.AccessReader(reach)
    (account,) = await reader.fetch_service_accounts()
    old, spent = await reader.fetch_tokens(account)
    assert (account.name, account.role, account.tokens) == ("ci", "Editor", 2)
    assert (old.expiration, old.has_expired) == (None, False)
    assert (spent.expiration, spent.last_used_at, spent.has_expired) == (
        JULY,
        None,
        True,
    )


async def test_public_dashboards_are_given_without_their_tokens(
    server: memory.MemoryGrafana, reach: grafana.Connection
) -> None:
    server.holds.public_dashboards = [
        {
            "uid": "p1",
            "dashboardUid": "executive",
            "title": "Executive",
            "isEnabled": True,
            "accessToken": "canary-access-token",
        }
    ]
    found = await access.AccessReader(reach).fetch_public_dashboards()
    assert found == (
        access.PublicDashboard(
            uid="p1", dashboard_uid="executive", title="Executive", is_enabled=True
        ),
    )
    assert "canary" not in repr(found)


@pytest.mark.parametrize("kind", access.SubjectKind)
async def test_permissions_say_who_may_do_what(
    server: memory.MemoryGrafana, reach: grafana.Connection, kind: access.SubjectKind
) -> None:
    server.holds.put_board("executive")
    server.holds.folders["executive"] = holdings.FolderState("Skillancer")
    server.holds.permissions["executive"] = [
        {"role": "Viewer", "permission": 1, "inherited": True},
        {"team": "SRE", "permission": 4},
        {"userLogin": "alice", "permission": 2},
    ]
    found = await access.AccessReader(reach).fetch_permissions(kind, "executive")
    assert found == (
        access.Permission(
            level=access.PermissionLevel.VIEW, role="Viewer", is_inherited=True
        ),
        access.Permission(level=access.PermissionLevel.ADMIN, team="SRE"),
        access.Permission(level=access.PermissionLevel.EDIT, user_login="alice"),
    )


async def test_permissions_of_what_is_not_there_are_missing(
    reach: grafana.Connection,
) -> None:
    reader = access.AccessReader(reach)
    with pytest.raises(errors.ObjectMissing) as raised:
        await reader.fetch_permissions(access.SubjectKind.FOLDER, "gone")
    assert str(raised.value) == (
        "asked Grafana at http://grafana.test for the permissions of folder 'gone':"
        " status 404: folder not found"
    )


async def test_stranger_is_refused_with_what_to_do(
    transport: serving.GrafanaTransport,
) -> None:
    async with httpx.AsyncClient(transport=transport) as client:
        reader = access.AccessReader(grafana.Connection(client, contract.URL))
        with pytest.raises(errors.AccessRefused) as raised:
            await reader.fetch_users()
    assert str(raised.value) == (
        "asked Grafana at http://grafana.test for its users: status 401: Invalid API"
        " key; give the token of a service account that is valid"
    )
