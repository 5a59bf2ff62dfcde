"""SQL of dashboards: run by name on the server, and never sent by a browser."""

import asyncio
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from sightline import errors
from sightline.app.console import sql
from sightline.console import application, databases, settings
from sightline.model import collecting, connections, tables

SPAN = sql.Span(start=1_795_000_000, end=1_795_003_600, step=60)


class Database:
    """Keeps what it was asked, and answers always the same."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def select(
        self, query: collecting.Query, *, most_rows: int, timeout_seconds: float
    ) -> tables.Table:
        del most_rows, timeout_seconds
        self.asked.append(query.text)
        day = dt.date(2026, 11, 24)
        return tables.Table(
            columns=("day", "jobs", "name"),
            rows=((day, Decimal("3.5"), "<b>"), (day, None, None)),
        )


def _ask(
    surroundings: settings.Settings, path: str, database: Database | None
) -> httpx.Response:
    async def send() -> httpx.Response:
        app = application.create_application(surroundings, database=database)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1"
        ) as client:
            return await client.get(path)

    return asyncio.run(send())


@pytest.fixture
def board(surroundings: settings.Settings) -> settings.Settings:
    """A build with one dashboard, whose panel 7 asks a database."""
    folder = surroundings.build / "grafana/dashboards"
    folder.mkdir(parents=True)
    query = {"refId": "A", "rawSql": "SELECT * FROM jobs WHERE $__timeFilter(at)"}
    panel = {"id": 7, "type": "table", "targets": [query]}
    row = {"id": 1, "type": "row", "panels": [panel]}
    (folder / "b.json").write_text(json.dumps({"uid": "b", "panels": [row]}))
    return surroundings


def test_a_query_is_run_by_name_with_the_times_of_the_panel(
    board: settings.Settings,
) -> None:
    database = Database()
    path = f"/api/sql/b/7/A?from={SPAN.start}&to={SPAN.end}&step=60"
    answer = _ask(board, path, database)
    assert database.asked == [
        (
            "SELECT * FROM jobs WHERE at BETWEEN '2026-11-18T11:06:40+00:00' AND "
            "'2026-11-18T12:06:40+00:00'"
        )
    ]
    assert answer.json() == {
        "fields": [
            {"name": "day", "type": "time", "values": [1795478400000.0] * 2},
            {"name": "jobs", "type": "number", "values": [3.5, None]},
            {"name": "name", "type": "string", "values": ["<b>", None]},
        ]
    }


@pytest.mark.parametrize("path", ["b/7/B", "b/8/A", "other/7/A"])
def test_what_the_build_does_not_name_is_not_run(
    board: settings.Settings, path: str
) -> None:
    database = Database()
    answer = _ask(board, f"/api/sql/{path}?from=1&to=2", database)
    assert answer.status_code == 422
    assert "has no query" in answer.json()["error"]
    assert database.asked == []


def test_without_a_database_the_panel_says_so(board: settings.Settings) -> None:
    answer = _ask(board, "/api/sql/b/7/A?from=1&to=2", None)
    assert answer.status_code == 501
    assert "--database-url" in answer.json()["error"]


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("x >= $__timeFrom()", "x >= '2026-11-18T11:06:40+00:00'"),
        ("$__unixEpochFilter(t)", "t >= 1795000000 AND t <= 1795003600"),
        ("$__timeGroup(at, '5m')", "floor(extract(epoch from at)/300)*300"),
        ("$__timeGroup(at, $__interval)", "floor(extract(epoch from at)/60)*60"),
    ],
)
def test_macros_become_times(text: str, filled: str) -> None:
    assert sql.expand(text, SPAN) == filled


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SELECT '$service'", "variables do not go into SQL here"),
        ("SELECT ${service:raw}", "variables do not go into SQL here"),
        ("SELECT [[service]]", "variables do not go into SQL here"),
        ("$__unknown()", r"the macro \$__unknown is not known here"),
        ("$__timeFilter(a; DROP TABLE b)", "expected a column in a macro"),
    ],
)
def test_nothing_else_goes_into_a_statement(text: str, reason: str) -> None:
    with pytest.raises(errors.InputError, match=reason):
        sql.expand(text, SPAN)


def test_a_database_is_named_without_its_password() -> None:
    place = databases.read_place(
        "postgresql://reader@db:6543/app?sslmode=require", Path("secret")
    )
    assert place == connections.Postgres(
        address=connections.Address("db", 6543),
        database="app",
        user="reader",
        password_file=Path("secret"),
        tls=connections.TlsMode.REQUIRE,
    )


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://reader:hunter2@db/app", "holds a password"),
        ("mysql://reader@db/app", "expected postgresql://"),
        ("postgresql://reader@db/app?sslmode=maybe", "is not a valid TlsMode"),
    ],
)
def test_another_address_is_refused_without_showing_it(url: str, reason: str) -> None:
    with pytest.raises(errors.InputError, match=reason) as raised:
        databases.read_place(url, None)
    assert "hunter2" not in str(raised.value)
