"""Planned sources → sources that run, each with the client of its connection."""

import datetime as dt
import time

from sightline.app.collecting import plans
from sightline.clients import postgres, redis, sqlite
from sightline.collectors import readings, redis_counts, running, sql
from sightline.model import collecting, connections

__all__ = ["open_member"]


def open_member(planned: plans.Planned) -> running.Member:
    """Gives a source that can be run; opens nothing yet."""
    kind, source = _open(planned)
    return running.Member(
        name=planned.source.name, kind=kind, pace=planned.source.pace, source=source
    )


def _open(planned: plans.Planned) -> tuple[str, readings.Source | readings.Stream]:
    place = planned.connection
    match planned.source:
        case collecting.SqlSource() as declared:
            return "sql", sql.SqlCollector(declared, _database(place))
        case collecting.RedisSource() as declared:
            assert isinstance(place, connections.Redis)  # noqa: S101 - the plan saw to it
            keyspace = redis.Redis(place)
            return "redis", redis_counts.RedisCollector(declared, keyspace, time.time)
        case _:
            raise AssertionError(planned.source)


def _database(place: connections.Connection) -> sql.Database:
    match place:
        case connections.Postgres():
            return postgres.Postgres(place)
        case connections.Sqlite():
            return sqlite.Sqlite(place, _read_clock)
        case _:
            raise AssertionError(place)


def _read_clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
