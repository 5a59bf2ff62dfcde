"""PostgreSQL, for reading: one connection for each reading, and nothing left behind.

A connection that is made anew costs a few milliseconds; in return no reading waits for
another, a pooler in between changes nothing, and a restart needs no recovery.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg

from sightline import errors
from sightline.clients import sqlstates
from sightline.model import collecting, connections, tables

__all__ = ["Postgres"]

_APPLICATION: Final = "sightline collect"
_SETTINGS: Final = (
    "SELECT set_config('TimeZone', $1, true), set_config('statement_timeout', $2, true)"
)
_CLOSE_SECONDS: Final = 1.0


class Postgres:
    """A database that is asked, and never changed."""

    def __init__(self, place: connections.Postgres) -> None:
        self._place = place

    async def select(
        self, query: collecting.Query, *, most_rows: int, timeout_seconds: float
    ) -> tables.Table:
        """Gives the rows of a query, read in a read-only transaction.

        `now()` and what is derived from it are in the query's zone. The server itself
        ends a statement that takes too long.

        Args:
            query: one statement.
            most_rows: how many rows are fetched at most.
            timeout_seconds: for the statement alone.

        Raises:
            SourceFailed: with the reason.
        """
        try:
            async with self._connect() as connection:
                return await _select(connection, query, most_rows, timeout_seconds)
        except asyncpg.PostgresError as error:
            reason = sqlstates.reason_of(error.sqlstate or "")
            raise self._failed(reason, query, str(error)) from error
        except asyncpg.InterfaceError as error:
            reason = errors.FailureReason.UNREACHABLE
            raise self._failed(reason, query, str(error)) from error
        except TimeoutError as error:
            reason = errors.FailureReason.TIMEOUT
            raise self._failed(reason, query, "no answer in time") from error
        except OSError as error:
            reason = errors.FailureReason.UNREACHABLE
            words = error.strerror or str(error)
            raise self._failed(reason, query, words) from error

    @asynccontextmanager
    async def _connect(self) -> AsyncIterator[asyncpg.Connection]:
        place = self._place
        connection = await asyncpg.connect(
            host=place.address.host,
            port=place.address.port,
            database=place.database,
            user=place.user,
            password=_read_secret(place),
            ssl=place.tls.value,
            # A pooler in between may give every statement to another session.
            statement_cache_size=0,
            server_settings={"application_name": _APPLICATION},
        )
        try:
            yield connection
        except BaseException:
            connection.terminate()  # whatever it was doing, nobody waits for it
            raise
        await connection.close(timeout=_CLOSE_SECONDS)

    def _failed(
        self, reason: errors.FailureReason, query: collecting.Query, words: str
    ) -> errors.SourceFailed:
        said = " ".join(words.split())
        return errors.SourceFailed(
            reason,
            f"asked PostgreSQL at {self._place.address} for {query.file}: {said}",
        )


async def _select(
    connection: asyncpg.Connection,
    query: collecting.Query,
    most_rows: int,
    timeout_seconds: float,
) -> tables.Table:
    milliseconds = str(max(1, round(timeout_seconds * 1000)))
    async with connection.transaction(readonly=True):
        await connection.fetchrow(_SETTINGS, query.zone, milliseconds)
        statement = await connection.prepare(query.text)
        cursor = await statement.cursor()
        rows = await cursor.fetch(most_rows)
        return tables.Table(
            columns=tuple(column.name for column in statement.get_attributes()),
            rows=tuple(tuple(row) for row in rows),
        )


def _read_secret(place: connections.Postgres) -> str | None:
    if place.password_file is None:
        return None
    try:
        return place.password_file.read_text("utf-8").strip()
    except OSError as error:
        raise errors.SourceFailed(
            errors.FailureReason.REFUSED,
            f"expected the password of {place.user!r} in {place.password_file},"
            f" found: {error.strerror}",
        ) from error
