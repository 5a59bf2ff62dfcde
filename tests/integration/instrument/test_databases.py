"""The clients themselves, on a real PostgreSQL and a real Redis."""

import asyncpg
import psycopg
import pytest
import redis
from psycopg import sql
from redis import asyncio as redis_asyncio

from sightline.instrument import testing
from sightline.instrument.databases import asyncpg as asyncpg_adapter
from sightline.instrument.databases import metrics
from sightline.instrument.databases import psycopg as psycopg_adapter
from sightline.instrument.databases import redis as redis_adapter

pytestmark = pytest.mark.integration


def counted(
    emitted: testing.Emitted, prefix: str, label: str
) -> dict[str, tuple[float, float]]:
    """Gives how many were asked and how many failed, by name."""
    return {
        one.labels[label]: (
            one.value,
            emitted.change(f"{prefix}_failures_total", **one.labels),
        )
        for one in emitted.samples(f"{prefix}_duration_seconds_count")
    }


def test_psycopg_times_every_query_by_its_name_or_verb(database_url: str) -> None:
    emitted = testing.Emitted()
    cursor = psycopg_adapter.measured(
        psycopg.Cursor, metrics.database_metrics(emitted.registry)
    )
    with psycopg.connect(
        database_url, cursor_factory=cursor, autocommit=True
    ) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        connection.execute(b"-- name: open_jobs\nSELECT 2")
        connection.execute(sql.SQL("SELECT {}").format(3))
        connection.execute("CREATE TEMPORARY TABLE t (n int)")
        with connection.cursor() as many:
            many.executemany("INSERT INTO t VALUES (%s)", [(1,), (2,)])
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("SELECT * FROM nothing")
        connection.execute("SELECT pg_sleep(0.06)")
    assert counted(emitted, "db_query", "query") == {
        "select": (3, 1),
        "open_jobs": (1, 0),
        "other": (1, 0),
        "create": (1, 0),
        "insert": (1, 0),
    }
    assert (
        emitted.change("db_query_duration_seconds_bucket", query="select", le="0.05")
        == 2
    )


async def test_psycopg_times_asynchronous_queries(database_url: str) -> None:
    emitted = testing.Emitted()
    cursor = psycopg_adapter.measured(
        psycopg.AsyncCursor, metrics.database_metrics(emitted.registry)
    )
    async with await psycopg.AsyncConnection.connect(
        database_url, cursor_factory=cursor
    ) as connection:
        answer = await connection.execute("SELECT 1")
        row = await answer.fetchone()
    assert row is not None
    assert counted(emitted, "db_query", "query") == {"select": (1, 0)}


async def test_asyncpg_times_every_query_of_a_pool(database_url: str) -> None:
    emitted = testing.Emitted()
    measured = metrics.database_metrics(emitted.registry)
    init = asyncpg_adapter.measure_each(measured)
    pool = await asyncpg.create_pool(database_url, min_size=1, init=init)
    assert await pool.fetchval("/* name: one */ SELECT $1::int", 1) == 1
    with pytest.raises(Exception, match='relation "nothing" does not exist'):
        await pool.fetch("SELECT * FROM nothing")
    await pool.close()
    found = counted(emitted, "db_query", "query")
    assert (found["one"], found["select"][1]) == ((1, 0), 1)


def test_redis_times_commands_and_whole_pipelines(redis_port: int) -> None:
    emitted = testing.Emitted()
    with redis.Redis(port=redis_port) as plain:
        client = redis_adapter.measure(plain, metrics.cache_metrics(emitted.registry))
        client.set("a", 1)
        client.config_get("port")
        with client.pipeline() as pipeline:
            pipeline.incr("a")
            pipeline.incr("a")
            assert pipeline.execute() == [2, 3]
        client.rpush("list", "x")
        client.blpop("list", timeout=1)  # waiting is not slowness
        with pytest.raises(redis.ResponseError):
            client.lpush("a", "no list")
    assert counted(emitted, "cache_command", "command") == {
        "set": (1, 0),
        "config": (1, 0),
        "pipeline": (1, 0),
        "rpush": (1, 0),
        "lpush": (1, 1),
    }


async def test_redis_times_asynchronous_commands(redis_port: int) -> None:
    emitted = testing.Emitted()
    async with redis_asyncio.Redis(port=redis_port) as plain:
        client = redis_adapter.measure(plain, metrics.cache_metrics(emitted.registry))
        await client.set("a", 1)
        async with client.pipeline() as pipeline:
            pipeline.incr("a")
            assert await pipeline.execute() == [2]
        with pytest.raises(redis.ResponseError):
            await client.lpush("a", "no list")
    assert counted(emitted, "cache_command", "command") == {
        "set": (1, 0),
        "pipeline": (1, 0),
        "lpush": (1, 1),
    }
