"""SQLite, for reading: a file that is opened read-only for each query."""

import asyncio
import contextlib
import datetime as dt
import sqlite3
import time
import urllib.parse
import zoneinfo
from collections.abc import Callable, Mapping
from typing import Final

from sightline import errors
from sightline.model import calendars, collecting, connections, tables

__all__ = ["Sqlite"]

_STEPS_BETWEEN_LOOKS: Final = 10_000
"""Instructions of SQLite's machine, well below a millisecond."""


class Sqlite:
    """A database file that is asked, and never changed.

    Its dates have no zones, so a query may use `:now`, `:day_start` and `:month_start`:
    Unix seconds, the latter two of the query's zone.

    Args:
        clock: gives the present, with a zone.
    """

    def __init__(
        self, place: connections.Sqlite, clock: Callable[[], dt.datetime]
    ) -> None:
        self._place = place
        self._clock = clock

    async def select(
        self, query: collecting.Query, *, most_rows: int, timeout_seconds: float
    ) -> tables.Table:
        """Gives the rows of a query; SQLite itself ends one that takes too long.

        Raises:
            SourceFailed: with the reason.
        """
        moments = _moments(self._clock(), zoneinfo.ZoneInfo(query.zone))
        deadline = time.monotonic() + timeout_seconds
        try:
            return await asyncio.to_thread(
                self._select, query.text, moments, most_rows, deadline
            )
        except sqlite3.Error as error:
            reason = _reason_of(error)
            raise errors.SourceFailed(
                reason, f"asked {self._place.file} for {query.file}: {error}"
            ) from error

    def _select(
        self, text: str, moments: Mapping[str, float], most_rows: int, deadline: float
    ) -> tables.Table:
        path = urllib.parse.quote(str(self._place.file))
        opened = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1.0)
        with contextlib.closing(opened) as connection:
            connection.set_progress_handler(
                lambda: time.monotonic() > deadline, _STEPS_BETWEEN_LOOKS
            )
            cursor = connection.execute(text, moments)
            rows = cursor.fetchmany(most_rows)
            columns = tuple(column[0] for column in cursor.description or ())
            return tables.Table(columns=columns, rows=tuple(map(tuple, rows)))


def _moments(now: dt.datetime, zone: zoneinfo.ZoneInfo) -> Mapping[str, float]:
    return {
        "now": now.timestamp(),
        "day_start": calendars.day_start(now, zone).timestamp(),
        "month_start": calendars.month_start(now, zone).timestamp(),
    }


def _reason_of(error: sqlite3.Error) -> errors.FailureReason:
    match error.sqlite_errorcode:
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return errors.FailureReason.UNREACHABLE
        case sqlite3.SQLITE_INTERRUPT:
            return errors.FailureReason.TIMEOUT
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return errors.FailureReason.EXHAUSTED
        case sqlite3.SQLITE_AUTH | sqlite3.SQLITE_PERM:
            return errors.FailureReason.REFUSED
        case _:
            return errors.FailureReason.QUERY
