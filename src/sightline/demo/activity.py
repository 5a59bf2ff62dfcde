"""When users were last active, in PostgreSQL: what outlives every session."""

import asyncio
from typing import Final

from sightline.demo import database, problems

__all__ = ["QUERY", "Activity"]

_SECONDS_BETWEEN_WRITES: Final = 2.0

QUERY: Final = database.Query(
    "note_activity",
    "INSERT INTO user_activity (user_id, last_active_at)"
    " SELECT unnest($1::bigint[]), now()"
    " ON CONFLICT (user_id) DO UPDATE SET last_active_at = excluded.last_active_at",
)
"""Many users at once: a request never waits for it."""


class Activity:
    """Gathers who was active, and writes it down every other second."""

    def __init__(self, tables: database.Database) -> None:
        self._tables = tables
        self._pending: set[int] = set()

    def note(self, user: int) -> None:
        """Notes that a user is active now."""
        self._pending.add(user)

    async def keep_written(self) -> None:
        """Writes for ever; what PostgreSQL could not take is written later."""
        while True:
            await asyncio.sleep(_SECONDS_BETWEEN_WRITES)
            await self.write()

    async def write(self) -> None:
        """Writes down what is pending, in one order, so that writers do not collide."""
        users, self._pending = sorted(self._pending), set()
        if not users:
            return
        try:
            await self._tables.fetch(QUERY, users)
        except problems.Unavailable:
            self._pending.update(users)
