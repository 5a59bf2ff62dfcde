"""asyncpg: every query of a connection is timed.

```python
pool = await asyncpg.create_pool(dsn, init=asyncpg.measure_each(metrics))
```
"""

from collections.abc import Awaitable, Callable
from typing import Protocol

from sightline.instrument.databases import metrics

__all__ = ["Connection", "LoggedQuery", "measure", "measure_each"]


class LoggedQuery(Protocol):
    """What asyncpg tells of a query that is over."""

    @property
    def query(self) -> str:
        """Its text."""

    @property
    def elapsed(self) -> float:
        """Seconds."""

    @property
    def exception(self) -> BaseException | None:
        """Why it failed."""


class Connection(Protocol):
    """What is used of asyncpg's connection, from 0.29 on."""

    def add_query_logger(self, callback: Callable[[LoggedQuery], None]) -> None:
        """Tells of every query from now on."""


def measure(connection: Connection, counted: metrics.ClientMetrics) -> None:
    """Times the queries of one connection until it is closed."""

    def observe(record: LoggedQuery) -> None:
        name = metrics.query_name(record.query)
        is_failure = record.exception is not None
        counted.observe(name, record.elapsed, is_failure=is_failure)

    connection.add_query_logger(observe)


def measure_each(
    counted: metrics.ClientMetrics,
) -> Callable[[Connection], Awaitable[None]]:
    """Gives what a pool does with each new connection: its `init`."""

    async def init(connection: Connection) -> None:
        measure(connection, counted)

    return init
