"""psycopg 3: every query of a cursor is timed, until its first answer is there.

```python
connection = psycopg.connect(
    dsn, cursor_factory=psycopg_adapter.measured(psycopg.Cursor, metrics)
)
```
"""

import functools
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from sightline.instrument import labels
from sightline.instrument.databases import metrics

__all__ = ["measured"]

_Cursor = TypeVar("_Cursor")
_METHODS = ("execute", "executemany")


def measured(cursor: type[_Cursor], counted: metrics.ClientMetrics) -> type[_Cursor]:
    """Gives a kind of cursor that is timed, from any of psycopg's.

    Args:
        cursor: `Cursor`, `AsyncCursor`, `ServerCursor`, `ClientCursor` or its like.
        counted: where to count.
    """
    timed = {
        name: _timed(getattr(cursor, name), counted)
        for name in _METHODS
        if hasattr(cursor, name)
    }
    return cast("type[_Cursor]", type(f"Measured{cursor.__name__}", (cursor,), timed))


# What psycopg's methods take and give passes through as it is.
def _timed(
    method: Callable[..., Any], counted: metrics.ClientMetrics
) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(method):
        return _timed_async(method, counted)

    @functools.wraps(method)
    def ask(self: object, query: object, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        started = time.perf_counter()
        is_failure = True
        try:
            answer = method(self, query, *args, **kwargs)
            is_failure = False
        finally:
            seconds = time.perf_counter() - started
            counted.observe(_name(query), seconds, is_failure=is_failure)
        return answer

    return ask


def _timed_async(
    method: Callable[..., Awaitable[Any]], counted: metrics.ClientMetrics
) -> Callable[..., Awaitable[Any]]:
    @functools.wraps(method)
    async def ask(self: object, query: object, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        started = time.perf_counter()
        is_failure = True
        try:
            answer = await method(self, query, *args, **kwargs)
            is_failure = False
        finally:
            seconds = time.perf_counter() - started
            counted.observe(_name(query), seconds, is_failure=is_failure)
        return answer

    return ask


def _name(query: object) -> str:
    """Gives the name of a query; one that is composed of parts has none."""
    match query:
        case str():
            return metrics.query_name(query)
        case bytes():
            return metrics.query_name(query.decode(errors="replace"))
        case _:
            return labels.OTHER
