"""PostgreSQL as the services use it: a small pool, measured, and often away."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg
import prometheus_client

from sightline.demo import problems, pruning

__all__ = ["Database", "Query", "Row"]

Row = Mapping[str, Any]

_SCHEMA: Final = Path(__file__).with_name("schema.sql")
_SCHEMA_LOCK: Final = 0x5E5C_0001
"""Held while one instance makes the tables; any number that nobody else uses."""
_POOL_SIZE: Final = 4
_QUERY_SECONDS: Final = 3.0
_RETRY_SECONDS: Final = 1.0
_PRUNE_SECONDS: Final = 3600.0
_PATIENCE_SECONDS: Final = 4.0
"""At a first start the tables are being made; without PostgreSQL there are none."""
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_LOST: Final = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InterfaceError,
    # The tables are made as soon as PostgreSQL is there; until then they are missing.
    asyncpg.UndefinedTableError,
)


@dataclass(frozen=True, slots=True)
class Query:
    """A statement and the name under which it is measured."""

    name: str
    sql: str


class Database:
    """A pool that connects when it has to, so that it outlives the server.

    Args:
        queries: what will be asked; their metrics exist before the first call.
    """

    def __init__(
        self,
        url: str,
        queries: tuple[Query, ...],
        registry: prometheus_client.CollectorRegistry,
    ) -> None:
        self._url = url
        self._pool: asyncpg.Pool | None = None
        self._preparing: asyncio.Task[None] | None = None
        self._pruning: asyncio.Task[None] | None = None
        self._durations = prometheus_client.Histogram(
            "db_query_duration_seconds",
            "Time until the database had answered, waiting for a connection included.",
            ["query"],
            buckets=_BUCKETS,
            registry=registry,
        )
        for query in queries:
            self._durations.labels(query.name)
        in_use = prometheus_client.Gauge(
            "db_pool_in_use", "Connections of the pool in use.", registry=registry
        )
        in_use.set_function(self._count_in_use)
        size = prometheus_client.Gauge(
            "db_pool_size", "Connections the pool may hold.", registry=registry
        )
        size.set(_POOL_SIZE)

    async def open(self) -> None:
        """Makes the pool, and waits a little while for the tables to be there."""
        self._pool = await asyncpg.create_pool(
            self._url,
            min_size=0,
            max_size=_POOL_SIZE,
            timeout=_QUERY_SECONDS,
            command_timeout=_QUERY_SECONDS,
        )
        self._preparing = asyncio.create_task(self._repeat(_create_schema))
        await asyncio.wait([self._preparing], timeout=_PATIENCE_SECONDS)
        self._pruning = asyncio.create_task(self._keep_pruned())

    async def close(self) -> None:
        """Ends all connections, also those in use."""
        for task in (self._preparing, self._pruning):
            if task is not None:
                task.cancel()
        if self._pool is not None:
            self._pool.terminate()

    async def fetch(self, query: Query, *arguments: object) -> list[Row]:
        """Gives the rows of a query.

        Raises:
            Unavailable: PostgreSQL is away or too slow.
        """
        started = time.perf_counter()
        try:
            rows: list[Row] = await self._ready_pool().fetch(query.sql, *arguments)
        except _LOST as error:
            timed_out = isinstance(error, TimeoutError)
            raise problems.Unavailable("postgres", timed_out=timed_out) from error
        finally:
            elapsed = time.perf_counter() - started
            self._durations.labels(query.name).observe(elapsed)
        return rows

    async def fetch_one(self, query: Query, *arguments: object) -> Row | None:
        """Gives the first row of a query, or `None`.

        Raises:
            Unavailable: as `fetch`.
        """
        rows = await self.fetch(query, *arguments)
        return rows[0] if rows else None

    async def wait_too_long(self) -> None:
        """Asks for more time than it grants: a statement timeout, and a real one.

        Raises:
            Unavailable: always.
        """
        try:
            await self._ready_pool().fetch("SELECT pg_sleep(30)", timeout=0.05)
        except _LOST as error:
            raise problems.Unavailable("postgres", timed_out=True) from error

    def _ready_pool(self) -> asyncpg.Pool:
        if self._pool is None:
            raise problems.Unavailable("postgres")
        return self._pool

    def _count_in_use(self) -> float:
        if self._pool is None:
            return 0
        return float(self._pool.get_size() - self._pool.get_idle_size())

    async def _keep_pruned(self) -> None:
        while True:
            await self._repeat(pruning.prune)
            await asyncio.sleep(_PRUNE_SECONDS)

    async def _repeat(
        self, work: Callable[[asyncpg.Connection], Awaitable[None]]
    ) -> None:
        """Works on a connection as soon as PostgreSQL lets it, once with success."""
        while True:
            with contextlib.suppress(*_LOST):
                async with self._ready_pool().acquire() as connection:
                    await work(connection)
                return
            await asyncio.sleep(_RETRY_SECONDS)


async def _create_schema(connection: asyncpg.Connection) -> None:
    async with connection.transaction():
        # The others wait here, and then find the tables.
        await connection.execute(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})")
        if await connection.fetchval("SELECT to_regclass('user_activity')") is None:
            await connection.execute(_SCHEMA.read_text("utf-8"), timeout=60)
