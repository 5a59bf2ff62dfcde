"""What the collectors make of a real PostgreSQL that is in trouble, and of SIGKILL."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from sightline import errors
from sightline.clients import postgres as client
from sightline.collectors import readings, sql
from sightline.model import collecting, connections, spans, units
from sightline.stack import secrets
from sightline.stack.components import postgres
from support import reference_platform

pytestmark = pytest.mark.integration

Platform = reference_platform.Platform
wait_for = reference_platform.wait_for


def place_of(platform: Platform, password: Path | None = None) -> connections.Postgres:
    site = platform.site
    return connections.Postgres(
        address=connections.Address("127.0.0.1", site.ports["postgres"]),
        database=postgres.DATABASE,
        user=postgres.MONITORING_ROLE,
        password_file=password
        or secrets.path_of(site.layout, postgres.MONITORING_SECRET),
        tls=connections.TlsMode.DISABLE,
    )


def source_of(text: str, *labels: str, most_rows: int = 5) -> collecting.SqlSource:
    metric = collecting.ColumnMetric(
        name="found",
        help="Found.",
        kind=collecting.MetricKind.GAUGE,
        column="number",
        labels=labels,
    )
    return collecting.SqlSource(
        name="shop",
        connection="platform",
        pace=collecting.Pace(
            interval=units.Duration.parse("1s"),
            timeout=units.Duration.parse("500ms"),
            expires_after=units.Duration.parse("3s"),
        ),
        environments=(),
        span=spans.Span(file="shop.yaml"),
        query=collecting.Query(file="shop.sql", text=text, zone="America/New_York"),
        metrics=(metric,),
        most_rows=most_rows,
        most_label_values=3,
    )


def collect(
    place: connections.Postgres, source: collecting.SqlSource
) -> readings.Reading:
    return asyncio.run(sql.SqlCollector(source, client.Postgres(place)).collect())


def fail(place: connections.Postgres, source: collecting.SqlSource) -> str:
    """Gives the reason and the last words of a reading that fails."""
    with pytest.raises(errors.SourceFailed) as caught:
        collect(place, source)
    words = str(caught.value).rpartition("shop.sql: ")[2]
    return f"{caught.value.reason.value}: {words}"


@contextmanager
def as_owner(platform: Platform, statement: str, undo: str) -> Iterator[None]:
    """Changes something as the role that owns the server, and changes it back."""

    async def run(text: str) -> None:
        owner = secrets.path_of(platform.site.layout, "postgres-owner-password")
        connection = await asyncpg.connect(
            host="127.0.0.1",
            port=platform.site.ports["postgres"],
            user="postgres",
            database=postgres.DATABASE,
            password=owner.read_text("ascii").strip(),
        )
        await connection.execute(text)
        await connection.close()

    asyncio.run(run(statement))
    try:
        yield
    finally:
        asyncio.run(run(undo))


def test_days_and_months_begin_in_the_declared_zone(whole: Platform) -> None:
    text = "SELECT extract(hour FROM date_trunc('day', now()) AT TIME ZONE 'UTC')"
    reading = collect(place_of(whole), source_of(f"{text} AS number"))
    assert reading.families[0].samples[0].value in {4, 5}  # midnight in New York


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELEC 1 AS number", 'query: syntax error at or near "SELEC"'),
        ("SELECT 1 AS number; SELECT 2", "query: cannot insert multiple commands"),
        ("SELECT gone AS number FROM jobs", 'query: column "gone" does not exist'),
        ("SELECT 1 AS number FROM gone", 'query: relation "gone" does not exist'),
        ("SELECT 1 AS other", "answer: expected the column 'number' for found, found"),
        ("SELECT 'x' AS number", "answer: expected a number in 'number' for found"),
        ("DELETE FROM jobs RETURNING 1 AS number", "query: cannot execute DELETE in a"),
        ("SELECT count(*) AS number FROM users", "refused: permission denied"),
        ("SELECT 1 AS number, pg_sleep(9)", "timeout: canceling statement due to"),
        ("SELECT generate_series(1, 6) AS number", "limit: expected at most 5 rows"),
    ],
)
def test_a_query_fails_for_a_reason(whole: Platform, text: str, expected: str) -> None:
    assert fail(place_of(whole), source_of(text)).startswith(expected)


def test_more_label_values_than_declared_are_refused(whole: Platform) -> None:
    text = "SELECT 1 AS number, i AS job FROM generate_series(1, {}) AS i"
    reading = collect(place_of(whole), source_of(text.format(3), "job"))
    assert [one.labels for one in reading.families[0].samples] == [
        {"job": "1"},
        {"job": "2"},
        {"job": "3"},
    ]
    assert fail(place_of(whole), source_of(text.format(4), "job")) == (
        "limit: expected at most 3 values of the label 'job' of found, found 4"
    )


def test_a_server_without_connections_left_is_exhausted(whole: Platform) -> None:
    role = f"ALTER ROLE {postgres.MONITORING_ROLE} CONNECTION LIMIT"
    with as_owner(whole, f"{role} 0", f"{role} -1"):
        found = fail(place_of(whole), source_of("SELECT 1 AS number"))
    assert found.startswith("exhausted: too many connections for role")


def test_a_wrong_password_is_refused_and_not_told(
    whole: Platform, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("hunter2")
    place = place_of(whole, tmp_path / "password")
    found = fail(place, source_of("SELECT 1 AS number"))
    assert found.startswith("refused: password authentication failed for user")
    assert "hunter2" not in found
    missing = fail(place_of(whole, tmp_path / "none"), source_of("SELECT 1 AS number"))
    assert missing.startswith("refused: expected the password of 'monitoring' in")


def test_a_statement_that_was_given_up_does_not_go_on(whole: Platform) -> None:
    async def give_up() -> None:
        source = source_of("SELECT 1 AS number, pg_sleep(60)")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await client.Postgres(place_of(whole)).select(
                    source.query, most_rows=1, timeout_seconds=60
                )

    asyncio.run(give_up())
    running = source_of(
        "SELECT count(*) AS number FROM pg_stat_activity"
        " WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()"
        " AND state = 'active'"
    )

    def count() -> float:
        return collect(place_of(whole), running).families[0].samples[0].value

    wait_for(lambda: count() == 0)


def test_a_server_that_is_away_is_unreachable(whole: Platform) -> None:
    place = place_of(whole)
    whole.break_with("postgres-down")
    wait_for(
        lambda: fail(place, source_of("SELECT 1 AS number")).startswith("unreachable")
    )


def test_a_collector_that_is_killed_counts_nothing_twice(whole: Platform) -> None:
    def revenue() -> float:
        name = "skillancer_revenue_month_to_date_minor_units"
        return whole.measure("collectors", name, currency="USD")

    def pid() -> int:
        states = whole.client.observe().components
        return next(one.pid or 0 for one in states if one.name == "collectors")

    whole.pay()  # in the first hours of a month there may be none yet
    wait_for(lambda: revenue() > 0)
    before, killed = revenue(), pid()
    os.kill(killed, signal.SIGKILL)
    wait_for(
        lambda: pid() not in {0, killed} and whole.states()["collectors"] == "ready"
    )
    wait_for(lambda: revenue() > 0)
    assert revenue() == before
