"""redis-py: every command of a client is timed, and every pipeline as one.

```python
client = redis.measure(Redis(), metrics.cache_metrics())
```

Synchronous and asynchronous clients alike. Blocking commands (`BLPOP` and its like)
wait because nothing is there: they are not timed.
"""

import functools
import inspect
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from sightline.instrument.databases import metrics

__all__ = ["measure"]

_PIPELINE: Final = "pipeline"
_BLOCKING: Final = frozenset(
    {
        *("blpop", "brpop", "blmove", "brpoplpush", "blmpop"),
        *("bzpopmin", "bzpopmax", "bzmpop", "wait", "waitaof"),
        *("xread", "xreadgroup"),
    }
)


_Client = TypeVar("_Client")


def measure(client: _Client, counted: metrics.ClientMetrics) -> _Client:
    """Gives the client, timed from now on.

    Args:
        client: redis-py's, or one that has `execute_command` and `pipeline` alike.
        counted: where to count.
    """
    # What goes in and comes out is the client's matter, and nobody's type.
    timed: Any = client
    timed.execute_command = _timed(timed.execute_command, counted, _command)
    make = timed.pipeline

    @functools.wraps(make)
    def pipeline(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        made = make(*args, **kwargs)
        made.execute = _timed(made.execute, counted, lambda *_: _PIPELINE)
        return made

    timed.pipeline = pipeline
    return client


def _command(*args: object) -> str | None:
    """Gives the name of a command without its subcommand; None: not timed."""
    name = args[0].decode() if isinstance(args[0], bytes) else str(args[0])
    word = name.split(" ", 1)[0].lower()
    return None if word in _BLOCKING else word


def _timed(
    ask: Callable[..., Any],
    counted: metrics.ClientMetrics,
    name_of: Callable[..., str | None],
) -> Callable[..., Any]:
    def observe(name: str | None, started: float, *, is_failure: bool) -> None:
        if name is not None:
            seconds = time.perf_counter() - started
            counted.observe(name, seconds, is_failure=is_failure)

    @functools.wraps(ask)
    def answer(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        started, is_failure = time.perf_counter(), True
        try:
            answered = ask(*args, **kwargs)
            is_failure = False
        finally:
            observe(name_of(*args), started, is_failure=is_failure)
        return answered

    @functools.wraps(ask)
    async def answer_async(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        started, is_failure = time.perf_counter(), True
        try:
            answered = await ask(*args, **kwargs)
            is_failure = False
        finally:
            observe(name_of(*args), started, is_failure=is_failure)
        return answered

    return answer_async if inspect.iscoroutinefunction(ask) else answer
