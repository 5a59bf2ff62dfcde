"""Every call of the client, and every answer to it, is in Grafana's own document."""

import datetime as dt

import httpx
import pytest
from openapi_core.exceptions import OpenAPIError

from sightline.clients import grafana
from sightline.clients.grafana import access
from sightline.model import secrets
from support.grafana import contract, holdings, memory, serving

NOW = dt.datetime(2026, 11, 1, 12, 0, tzinfo=dt.UTC)
HEADERS = {"authorization": "Bearer x", "content-type": "application/json"}


async def test_every_call_and_its_answer_are_in_the_contract(
    judge: contract.Contract,
    server: memory.MemoryGrafana,
    transport: serving.GrafanaTransport,
    reach: grafana.Connection,
) -> None:
    del judge
    server.holds.put_board("old")
    server.holds.folders["old"] = holdings.FolderState("Old")
    await _write(reach)
    await _read(reach)
    await _audit(server, reach)
    await _reload(transport)
    assert transport.judged == {
        ("DELETE", "/api/dashboards/uid/board"),
        ("DELETE", "/api/datasources/uid/source"),
        ("DELETE", "/api/folders/other"),
        ("GET", "/api/annotations"),
        ("GET", "/api/dashboards/public-dashboards"),
        ("GET", "/api/dashboards/uid/old"),
        ("GET", "/api/dashboards/uid/old/permissions"),
        ("GET", "/api/datasources"),
        ("GET", "/api/datasources/uid/prometheus"),
        ("GET", "/api/datasources/uid/prometheus/health"),
        ("GET", "/api/folders"),
        ("GET", "/api/folders/folder"),
        ("GET", "/api/folders/old"),
        ("GET", "/api/folders/old/permissions"),
        ("GET", "/api/health"),
        ("GET", "/api/org/users"),
        ("GET", "/api/search"),
        ("GET", "/api/serviceaccounts/5/tokens"),
        ("GET", "/api/serviceaccounts/search"),
        ("GET", "/api/teams/7/members"),
        ("GET", "/api/teams/search"),
        ("POST", "/api/admin/provisioning/dashboards/reload"),
        ("POST", "/api/admin/provisioning/datasources/reload"),
        ("POST", "/api/annotations"),
        ("POST", "/api/dashboards/db"),
        ("POST", "/api/datasources"),
        ("POST", "/api/ds/query"),
        ("POST", "/api/folders"),
        ("POST", "/api/folders/folder/move"),
        ("PUT", "/api/datasources/uid/source"),
        ("PUT", "/api/folders/folder"),
    }


async def _write(reach: grafana.Connection) -> None:
    writer = grafana.GrafanaWriter(reach, grafana.CLASSIC)
    await writer.change_folder(grafana.CreateFolder(uid="other", title="Other"))
    folder = await writer.change_folder(
        grafana.CreateFolder(uid="folder", title="Ours", parent_uid="other")
    )
    folder = await writer.change_folder(
        grafana.RenameFolder(folder=folder, title="Ours, renamed")
    )
    await writer.change_folder(
        grafana.MoveFolder(folder=folder, parent_uid=grafana.ROOT)
    )
    await writer.save_dashboard(
        grafana.SaveDashboard(
            uid="board",
            document={"title": "Board", "panels": []},
            folder_uid="folder",
            message="why",
        )
    )
    await writer.delete_dashboard("board")
    await writer.delete_folder("other")
    for uid in ("prometheus", "source"):
        await writer.create_data_source(
            grafana.NewDataSource(uid=uid, name=uid, kind="prometheus")
        )
    await writer.replace_data_source(
        grafana.NewDataSource(uid="source", name="source", kind="prometheus"),
        grafana.Revision("1"),
    )
    await writer.delete_data_source("source")
    await writer.annotate("deployed", ["deploy"], NOW)


async def _read(reach: grafana.Connection) -> None:
    reader = grafana.Grafana(reach)
    assert await reader.check_health() == "Grafana 13.2.0"
    assert await reader.fetch_uids() == {"old"}
    assert await reader.fetch_stored("old") is not None
    assert len(await reader.fetch_folders()) == 2
    assert len(await reader.fetch_data_sources()) == 1
    assert await reader.fetch_data_source("prometheus") is not None
    assert (await reader.check_data_source("prometheus")).is_ok
    query = grafana.Query(ref_id="A", data_source="prometheus", settings={"expr": "up"})
    assert await reader.query([query]) == {
        "A": grafana.Result(error=None, series=1, rows=2)
    }
    (mark,) = await reader.fetch_annotations(["deploy"], NOW, NOW)
    assert (mark.text, mark.time) == ("deployed", NOW)


async def _audit(server: memory.MemoryGrafana, reach: grafana.Connection) -> None:
    server.holds.teams = [
        {
            "id": 7,
            "uid": "sre",
            "name": "SRE",
            "orgId": 1,
            "memberCount": 0,
            "isProvisioned": False,
        }
    ]
    server.holds.accounts = [{"id": 5, "name": "ci", "login": "ci", "role": "Viewer"}]
    reader = grafana.AccessReader(reach)
    await reader.fetch_users()
    (team,) = await reader.fetch_teams()
    await reader.fetch_members(team)
    (account,) = await reader.fetch_service_accounts()
    await reader.fetch_tokens(account)
    await reader.fetch_public_dashboards()
    for kind in access.SubjectKind:
        await reader.fetch_permissions(kind, "old")


async def _reload(transport: serving.GrafanaTransport) -> None:
    user, password = transport.grafana.administrator
    login = grafana.Login(user=user, password=secrets.Secret(password))
    async with httpx.AsyncClient(transport=transport) as client:
        reach = grafana.Connection(client, contract.URL, login)
        await grafana.GrafanaWriter(reach, grafana.CLASSIC).reload_files()
    assert transport.grafana.holds.reloads == ["datasources", "dashboards"]


@pytest.mark.parametrize(
    "request_",
    [
        httpx.Request("GET", f"{contract.URL}/api/nothing", headers=HEADERS),
        httpx.Request("PATCH", f"{contract.URL}/api/folders", headers=HEADERS),
        httpx.Request("GET", f"{contract.URL}/api/folders"),
        httpx.Request("GET", f"{contract.URL}/api/search?type=folder", headers=HEADERS),
        httpx.Request(
            "POST",
            f"{contract.URL}/api/dashboards/db",
            headers=HEADERS,
            content=b'{"overwrite": "yes"}',
        ),
    ],
    ids=["path", "method", "stranger", "parameter", "body"],
)
def test_judge_refuses_requests_outside_the_contract(
    judge: contract.Contract, request_: httpx.Request
) -> None:
    with pytest.raises(OpenAPIError):
        judge.judge_request(request_)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json=[{"uid": 1}]),
        httpx.Response(418, json={"message": "a teapot"}),
    ],
    ids=["shape", "status"],
)
def test_judge_refuses_answers_outside_the_contract(
    judge: contract.Contract, answer: httpx.Response
) -> None:
    request = httpx.Request("GET", f"{contract.URL}/api/folders", headers=HEADERS)
    with pytest.raises(OpenAPIError):
        judge.judge_response(request, answer)
