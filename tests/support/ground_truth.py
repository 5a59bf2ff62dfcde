"""What the reference platform knows that it did, asked past all that measures."""

import asyncio
import sqlite3
from collections.abc import Mapping

import asyncpg

from sightline.stack import secrets
from sightline.stack.components import postgres
from support import reference_platform

__all__ = ["ask_table", "read_ledger"]

_THIS_MONTH = "extract(epoch FROM date_trunc('month', now(), 'America/New_York'))"


def ask_table(platform: reference_platform.Platform, query: str) -> Mapping[str, int]:
    """Asks PostgreSQL by the platform's own role, which the collectors lack."""

    async def ask() -> Mapping[str, int]:
        connection = await asyncpg.connect(
            host="127.0.0.1",
            port=platform.site.ports["postgres"],
            user=postgres.ROLE,
            database=postgres.DATABASE,
            password=secrets.obtain(platform.site.layout, postgres.SECRET),
        )
        try:
            return {row[0]: int(row[1]) for row in await connection.fetch(query)}
        finally:
            await connection.close()

    return asyncio.run(ask())


def read_ledger(platform: reference_platform.Platform) -> Mapping[str, int]:
    """Adds up the provider's books of this month, where nobody else reads them."""
    file = platform.site.layout.storage / "payment-provider" / "ledger.sqlite"
    since = ask_table(platform, f"SELECT 'since', {_THIS_MONTH}")["since"]
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as rows:
        return dict(
            rows.execute(
                "SELECT currency, sum(amount_minor) FROM transactions"
                " WHERE created >= ? GROUP BY currency",
                (since,),
            )
        )
