"""arq: counts what a worker is done with, and reads what waits in Redis.

```python
depth = arq.Depth()

async def startup(ctx):
    ctx["watching"] = asyncio.create_task(depth.follow(ctx["redis"]))

class WorkerSettings:
    functions = [arq.measured(send_email, jobs)]
    on_startup = startup

metrics.watch([depth])
```

arq speaks to Redis asynchronously and a scrape does not wait, so the depth is read
beside it; when it could not be read for a while, there is no number.
"""

import asyncio
import contextlib
import functools
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, ParamSpec, Protocol, TypeVar

from sightline.instrument.queues import metrics

__all__ = ["DEFAULT_QUEUE", "Depth", "Redis", "measured"]

DEFAULT_QUEUE: Final = "arq:queue"
"""The queue of a worker that was given no other."""

_INTERVAL_SECONDS: Final = 5.0
_STALE_INTERVALS: Final = 3
_RETRIES: Final = frozenset({"Retry", "RetryJob"})
"""What a job raises to be tried again: https://arq-docs.helpmanual.io/#retrying-jobs"""

_Arguments = ParamSpec("_Arguments")
_Answer = TypeVar("_Answer")


class Redis(Protocol):
    """What is used of the worker's connection: its queue is a sorted set by time."""

    def execute_command(self, *args: str | float | bytes) -> Awaitable[Any]:
        """Gives what Redis answers, which depends on the command."""


def measured(
    function: Callable[_Arguments, Awaitable[_Answer]],
    jobs: metrics.JobMetrics,
    queue: str = DEFAULT_QUEUE,
) -> Callable[_Arguments, Awaitable[_Answer]]:
    """Gives a job function that is counted each time it was tried."""

    @functools.wraps(function)
    async def run(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Answer:
        started = time.perf_counter()
        result = metrics.Result.FAILED
        try:
            answer = await function(*args, **kwargs)
            result = metrics.Result.SUCCEEDED
        except Exception as error:
            if type(error).__name__ in _RETRIES:
                result = metrics.Result.RETRIED
            raise
        except asyncio.CancelledError:
            result = metrics.Result.RETRIED  # by the end of the worker, says arq
            raise
        finally:
            jobs.finish(queue, result, time.perf_counter() - started)
        return answer

    return run


class Depth:
    """What waits in one queue of arq; see `metrics.Queue`.

    Args:
        name: of the queue, which is its key.
        interval_seconds: between two readings.
        now: Unix seconds.
    """

    def __init__(
        self,
        name: str = DEFAULT_QUEUE,
        interval_seconds: float = _INTERVAL_SECONDS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self._interval_seconds = interval_seconds
        self._now = now
        self._jobs = 0
        self._oldest_since: float | None = None
        self._read_at = float("-inf")

    async def follow(self, redis: Redis) -> None:
        """Reads until it is cancelled; a reading that fails is made again."""
        while True:
            # What went wrong shows: `read` says that its reading is too old.
            with contextlib.suppress(Exception):
                await self.refresh(redis)
            await asyncio.sleep(self._interval_seconds)

    async def refresh(self, redis: Redis) -> None:
        """Reads once what is due: jobs for later do not wait."""
        now = self._now()
        jobs = int(await redis.execute_command("ZCOUNT", self.name, "-inf", now * 1000))
        first = await redis.execute_command("ZRANGE", self.name, 0, 0) if jobs else []
        score = (
            await redis.execute_command("ZSCORE", self.name, first[0])
            if first
            else None
        )
        self._jobs = jobs
        self._oldest_since = None if score is None else float(score) / 1000
        self._read_at = now

    def read(self, now: float) -> metrics.Waiting:
        """Gives the last reading.

        Raises:
            TimeoutError: there is none that is new enough.
        """
        if now - self._read_at > _STALE_INTERVALS * self._interval_seconds:
            raise TimeoutError(f"{self.name} was not read for a while")
        since = self._oldest_since
        return metrics.Waiting(self._jobs, 0.0 if since is None else now - since)
