"""Housekeeping: rows that traffic wrote long ago are removed, so that tables end.

What the tables were filled with at first stays: it is what visitors ask for.
"""

from typing import Final

import asyncpg

__all__ = ["KEPT_ROWS", "prune"]

KEPT_ROWS: Final = 200_000
"""In each table: some days of the local traffic, and some tens of megabytes."""

_LOCK: Final = 0x5E5C_0002
"""Held by the one instance that prunes; any number that nobody else uses."""

_STATEMENTS: Final = (
    """
    DELETE FROM payments
    WHERE id > 9000 AND id <= (SELECT max(id) FROM payments) - $1
    """,
    """
    DELETE FROM contracts AS old
    WHERE id > 1500 AND id <= (SELECT max(id) FROM contracts) - $1
      AND NOT EXISTS (SELECT FROM payments WHERE contract_id = old.id)
    """,
    """
    DELETE FROM jobs AS old
    WHERE id > 5000 AND id <= (SELECT max(id) FROM jobs) - $1
      AND NOT EXISTS (SELECT FROM contracts WHERE job_id = old.id)
    """,
    """
    DELETE FROM users AS old
    WHERE id > 2000 AND id <= (SELECT max(id) FROM users) - $1
      AND NOT EXISTS (SELECT FROM jobs WHERE client_id = old.id)
      AND NOT EXISTS (SELECT FROM contracts WHERE freelancer_id = old.id)
      AND NOT EXISTS (SELECT FROM survey_answers WHERE user_id = old.id)
    """,
)
"""What refers to others goes first. The numbers are those of `schema.sql`."""


async def prune(connection: asyncpg.Connection, kept_rows: int = KEPT_ROWS) -> None:
    """Removes the oldest rows beyond `kept_rows` of each table, unless others do."""
    async with connection.transaction():
        if not await connection.fetchval(f"SELECT pg_try_advisory_xact_lock({_LOCK})"):
            return
        for statement in _STATEMENTS:
            await connection.execute(statement, kept_rows)
