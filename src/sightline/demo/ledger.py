"""The payment provider's own ledger: what was paid and refunded, kept on disk."""

import datetime as dt
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["Entry", "Ledger"]

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS transactions (
  number INTEGER PRIMARY KEY,
  charge TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  created REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS transactions_by_charge ON transactions (charge);
CREATE INDEX IF NOT EXISTS transactions_by_time ON transactions (created);
"""
_ADD: Final = (
    "INSERT INTO transactions (charge, amount_minor, currency, created)"
    " VALUES (?, ?, ?, ?)"
)
_LIST: Final = (
    "SELECT number, charge, amount_minor, currency, created FROM transactions"
)
_SEEDED: Final = 9000
_SECONDS_BETWEEN_SEEDS: Final = 360
_CURRENCIES: Final = ("USD", "USD", "USD", "USD", "EUR", "GBP")


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement of money.

    Attributes:
        created: Unix seconds.
    """

    number: int
    charge: str
    amount_minor: int
    currency: str
    created: float


class Ledger:
    """Balance transactions: charges above zero, refunds below.

    Args:
        file: made when it is not there, with the history that `schema.sql` tells.
        clock: Unix seconds.
    """

    def __init__(self, file: Path, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock

    async def open(self) -> None:
        """Opens the file, or begins a new one."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._rows = sqlite3.connect(self._file)
        # A charge that a crash of the whole machine forgets harms nobody here.
        self._rows.execute("PRAGMA synchronous = OFF")
        self._rows.executescript(_TABLE)
        if self._rows.execute("SELECT 1 FROM transactions LIMIT 1").fetchone() is None:
            self._rows.executemany(_ADD, _seed(self._clock()))
        self._rows.commit()

    async def close(self) -> None:
        """Closes the file."""
        self._rows.close()

    def charge(self, amount_minor: int, currency: str) -> str:
        """Writes down a payment and gives the id of its charge."""
        (last,) = self._rows.execute("SELECT max(number) FROM transactions").fetchone()
        charge = f"ch_{last + 1:08}"
        self._add(charge, amount_minor, currency)
        return charge

    def refund(self, charge: str) -> int:
        """Gives back what is left of a charge, and tells how much that was."""
        left, currency = self._rows.execute(
            "SELECT coalesce(sum(amount_minor), 0), max(currency)"
            " FROM transactions WHERE charge = ?",
            (charge,),
        ).fetchone()
        if left > 0:
            self._add(charge, -left, currency)
        return int(left)

    def list_before(self, number: int, since: float, most: int) -> list[Entry]:
        """Gives the entries right before a number, since a Unix time, newest first."""
        found = self._rows.execute(
            f"{_LIST} WHERE number < ? AND created >= ? ORDER BY number DESC LIMIT ?",
            (number, since, most),
        )
        return [Entry(*row) for row in found]

    def list_after(self, number: int, since: float, most: int) -> list[Entry]:
        """Gives the entries right after a number, since a Unix time, newest first."""
        found = self._rows.execute(
            f"{_LIST} WHERE number > ? AND created >= ? ORDER BY number LIMIT ?",
            (number, since, most),
        )
        return [Entry(*row) for row in found][::-1]

    def _add(self, charge: str, amount_minor: int, currency: str) -> None:
        self._rows.execute(_ADD, (charge, amount_minor, currency, self._clock()))
        self._rows.commit()


def _seed(now: float) -> Iterator[tuple[str, int, str, float]]:
    """Gives the provider's side of the payments that the platform begins with."""
    moment = dt.datetime.fromtimestamp(now, dt.UTC)
    today = moment.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    for number in range(1, _SEEDED + 1):
        if number % 33 == 0 or number % 997 == 0:
            continue  # declined, or failed: no money moved
        charge = f"ch_seed_{number}"
        currency = _CURRENCIES[number * 29 % 6]
        created = today - _SECONDS_BETWEEN_SEEDS * (_SEEDED - number)
        yield charge, 2000 + number * 104_729 % 200_000, currency, created
        if number % 50 == 0:
            yield charge, -2000, currency, created
