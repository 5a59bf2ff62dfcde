"""The metrics of background work, whichever system does it.

`job_queue_depth{queue}`, `job_oldest_age_seconds{queue}`,
`jobs_processed_total{queue,result}` and `job_duration_seconds{queue}`.
"""

import enum
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import prometheus_client
from prometheus_client import core, registry

from sightline.instrument import labels

__all__ = ["DURATION_BUCKETS", "JobMetrics", "Queue", "Result", "Waiting", "watch"]

DURATION_BUCKETS: Final = (0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0, 1800.0)
"""Upper bounds in seconds: what runs longer is seen in the age of what waits."""


class Result(enum.Enum):
    """What became of an attempt at a job."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    RETRIED = "retried"


class JobMetrics:
    """Counts the jobs that a worker is done with, each attempt by its result.

    Args:
        queues: the names that are shown at 0 from the start.
        target: where the metrics are registered.
        buckets: of the duration, in seconds.
    """

    def __init__(
        self,
        queues: Sequence[str],
        target: registry.CollectorRegistry = prometheus_client.REGISTRY,
        buckets: Sequence[float] = DURATION_BUCKETS,
    ) -> None:
        self._queues = labels.BoundedLabel(tuple(queues))
        self._processed = prometheus_client.Counter(
            "jobs_processed_total",
            "Attempts at jobs that are over, by result.",
            ["queue", "result"],
            registry=target,
        )
        self._duration = prometheus_client.Histogram(
            "job_duration_seconds",
            "Time from the start of an attempt at a job to its end.",
            ["queue"],
            registry=target,
            buckets=buckets,
        )
        for queue in queues:
            self._duration.labels(queue)
            for result in Result:
                self._processed.labels(queue, result.value)

    def finish(self, queue: str, result: Result, seconds: float) -> None:
        """Counts one attempt that is over."""
        name = self._queues.bound(queue)
        self._processed.labels(name, result.value).inc()
        self._duration.labels(name).observe(seconds)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in a queue now.

    Attributes:
        oldest_seconds: for how long the job at the head has waited; None when the
            queue system does not say, and 0 when nothing waits.
    """

    jobs: int
    oldest_seconds: float | None


class Queue(Protocol):
    """A queue that can be asked what waits in it."""

    @property
    def name(self) -> str:
        """The `queue` label."""

    def read(self, now: float) -> Waiting:
        """Gives what waits; `now` is in Unix seconds."""


class _Watch:
    """Asks the queues at every scrape: what cannot be read has no number then."""

    def __init__(
        self,
        queues: Sequence[Queue],
        failures: prometheus_client.Counter,
        now: Callable[[], float],
    ) -> None:
        self._queues = queues
        self._failures = failures
        self._now = now

    def describe(self) -> Iterator[core.Metric]:
        """Gives the families without samples: registration asks no queue."""
        yield from _families()

    def collect(self) -> Iterator[core.Metric]:
        """Gives what waits now."""
        depth, age = _families()
        for queue in self._queues:
            try:
                waiting = queue.read(self._now())
            except Exception:  # noqa: BLE001 - of the queue system: counted, and no number
                self._failures.labels(queue.name).inc()
                continue
            depth.add_metric([queue.name], waiting.jobs)
            if waiting.oldest_seconds is not None:
                age.add_metric([queue.name], waiting.oldest_seconds)
        yield from (depth, age)


def _families() -> tuple[core.GaugeMetricFamily, core.GaugeMetricFamily]:
    return (
        core.GaugeMetricFamily("job_queue_depth", "Jobs that wait.", labels=["queue"]),
        core.GaugeMetricFamily(
            "job_oldest_age_seconds",
            "For how long the oldest job has been waiting.",
            labels=["queue"],
        ),
    )


def watch(
    queues: Sequence[Queue],
    target: registry.CollectorRegistry = prometheus_client.REGISTRY,
    now: Callable[[], float] = time.time,
) -> None:
    """Registers depth and age of queues, read at every scrape.

    A queue that cannot be read has no sample, and `job_queue_read_failures_total`
    counts it: the last number is never repeated as if it were fresh.

    Args:
        queues: each is asked once per scrape; a slow one makes the scrape slow.
        target: where the metrics are registered.
        now: Unix seconds.
    """
    failures = prometheus_client.Counter(
        "job_queue_read_failures_total",
        "Times that a queue did not say what waits.",
        ["queue"],
        registry=target,
    )
    for queue in queues:
        failures.labels(queue.name)
    target.register(_Watch(queues, failures, now))
