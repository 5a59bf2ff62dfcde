"""RQ: a worker that counts what it is done with, and the depth of its queues.

```python
jobs = metrics.JobMetrics(["emails"])
metrics.watch([rq.Depth(Queue("emails", connection=redis))])
prometheus_client.start_http_server(9101)
rq.measured(Worker, jobs)(["emails"], connection=redis).work()
```

The worker itself counts, not the process that it forks for each job, so one process
answers a scrape and nothing is lost with a job that is killed.
"""

import datetime as dt
import time
from typing import TypeVar

import rq
from rq import exceptions, job

from sightline.instrument.queues import metrics

__all__ = ["Depth", "measured"]

_Worker = TypeVar("_Worker", bound=rq.worker.BaseWorker)

_RESULTS = {
    job.JobStatus.FAILED: metrics.Result.FAILED,
    job.JobStatus.STOPPED: metrics.Result.FAILED,
    job.JobStatus.CANCELED: metrics.Result.FAILED,
    job.JobStatus.QUEUED: metrics.Result.RETRIED,
    job.JobStatus.SCHEDULED: metrics.Result.RETRIED,
}


def measured(worker: type[_Worker], jobs: metrics.JobMetrics) -> type[_Worker]:
    """Gives a kind of worker that counts, from any kind of RQ's."""

    def execute_job(self: _Worker, one: job.Job, queue: rq.Queue) -> None:
        started = time.perf_counter()
        try:
            worker.execute_job(self, one, queue)
        finally:
            jobs.finish(queue.name, _result(one), time.perf_counter() - started)

    return type(f"Measured{worker.__name__}", (worker,), {"execute_job": execute_job})


def _result(one: job.Job) -> metrics.Result:
    try:
        status = one.get_status(refresh=True)
    except exceptions.InvalidJobOperation:
        return metrics.Result.SUCCEEDED  # its result was not to be kept
    return _RESULTS.get(status, metrics.Result.SUCCEEDED)


class Depth:
    """What waits in one queue of RQ; see `metrics.Queue`."""

    def __init__(self, queue: rq.Queue) -> None:
        self._queue = queue

    @property
    def name(self) -> str:
        """The `queue` label."""
        return self._queue.name

    def read(self, now: float) -> metrics.Waiting:
        """Gives the length of the list, and since when its first job is in it."""
        depth: int = self._queue.count
        first = self._queue.get_job_ids(0, 1)
        oldest = self._queue.fetch_job(first[0]) if first else None
        since = None if oldest is None else oldest.enqueued_at
        if since is None:
            return metrics.Waiting(depth, 0.0 if depth == 0 else None)
        aware = since if since.tzinfo else since.replace(tzinfo=dt.UTC)
        return metrics.Waiting(depth, max(0.0, now - aware.timestamp()))
