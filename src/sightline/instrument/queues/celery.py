"""Celery: counts what a worker is done with, and reads what waits at the broker.

```python
app = Celery(broker="redis://…")
celery.measure(app, metrics.JobMetrics(["celery"]))
metrics.watch([celery.Depth(app, "celery")])
```

A prefork worker runs tasks in processes of its own: set `PROMETHEUS_MULTIPROC_DIR`, as
for any service with several. Messages are stamped with the time when they were sent,
so that the age of the oldest is known where the broker lets it be seen: with Redis.
"""

import json
import time
from collections.abc import Callable, MutableMapping
from typing import Any, Final

import celery
from celery import signals

from sightline.instrument.queues import metrics

__all__ = ["SENT_AT", "Depth", "measure"]

SENT_AT: Final = "sightline_sent_at"
"""The header of a message: Unix seconds."""

_NOT_FOUND: Final = "404"

_RESULTS: Final = {
    "SUCCESS": metrics.Result.SUCCEEDED,
    "IGNORED": metrics.Result.SUCCEEDED,
    "RETRY": metrics.Result.RETRIED,
}
"""https://docs.celeryq.dev/en/stable/reference/celery.states.html"""


def measure(
    app: celery.Celery,
    jobs: metrics.JobMetrics,
    now: Callable[[], float] = time.time,
) -> None:
    """Counts the tasks of one application; its messages carry when they were sent."""
    started: dict[str, float] = {}

    # Celery gives keywords as it likes, and types none of them.
    def stamp(headers: MutableMapping[str, Any] | None = None, **_: Any) -> None:  # noqa: ANN401
        if headers is not None:
            headers[SENT_AT] = now()

    def begin(task_id: str, task: celery.Task, **_: Any) -> None:  # noqa: ANN401
        if task.app is app:
            started[task_id] = time.perf_counter()

    def finish(
        task_id: str,
        task: celery.Task,
        state: str | None = None,
        **_: Any,  # noqa: ANN401
    ) -> None:
        begun = started.pop(task_id, None)
        if begun is not None:
            delivery = task.request.delivery_info or {}
            queue = delivery.get("routing_key") or app.conf.task_default_queue
            result = _RESULTS.get(state or "", metrics.Result.FAILED)
            jobs.finish(queue, result, time.perf_counter() - begun)

    signals.before_task_publish.connect(stamp, weak=False)
    signals.task_prerun.connect(begin, weak=False)
    signals.task_postrun.connect(finish, weak=False)


class Depth:
    """What waits in one queue at the broker; see `metrics.Queue`."""

    def __init__(self, app: celery.Celery, name: str) -> None:
        self._app = app
        self._name = name

    @property
    def name(self) -> str:
        """The `queue` label."""
        return self._name

    def read(self, now: float) -> metrics.Waiting:
        """Asks the broker."""
        with self._app.connection_for_read() as connection:
            channel = connection.default_channel
            try:
                depth: int = channel.queue_declare(
                    self._name, passive=True, durable=True
                ).message_count
            except connection.channel_errors as error:
                if str(getattr(error, "reply_code", "")) != _NOT_FOUND:
                    raise
                depth = 0  # nobody has sent anything, or with Redis: all is done
            if depth == 0:
                return metrics.Waiting(0, 0.0)
            peek = getattr(getattr(channel, "client", None), "lindex", None)
            raw = None if peek is None else peek(self._name, -1)
        return metrics.Waiting(depth, None if raw is None else _age(raw, now))


def _age(raw: bytes, now: float) -> float | None:
    """Gives the age of a message; None when it was sent by who does not stamp."""
    sent_at = json.loads(raw).get("headers", {}).get(SENT_AT)
    return None if sent_at is None else max(0.0, now - float(sent_at))
