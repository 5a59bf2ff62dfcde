"""job-worker: does the background work, and tells how much of it waits."""

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Final

import prometheus_client

from sightline.demo import (
    degradations,
    junk,
    problems,
    queues,
    resp,
    runtime,
)

__all__ = ["Worker", "compose"]

_WORK_SECONDS: Final = 0.005
_WAIT_SECONDS: Final = 2
_LOOK_SECONDS: Final = 2.0
_RETRY_SECONDS: Final = 1.0
_BURST: Final = 200
_RESULTS: Final = ("succeeded", "failed")


class Worker:
    """Takes one job after the other, whichever queue has one."""

    def __init__(
        self,
        redis_address: str,
        watch: degradations.Watch,
        registry: prometheus_client.CollectorRegistry,
    ) -> None:
        # Two connections: one of them waits for jobs most of the time.
        self.waiting = resp.Redis(redis_address)
        self.looking = resp.Redis(redis_address)
        self._watch = watch
        self._depths = prometheus_client.Gauge(
            "job_queue_depth", "Jobs that wait.", ["queue"], registry=registry
        )
        self._ages = prometheus_client.Gauge(
            "job_oldest_age_seconds",
            "For how long the oldest job has been waiting.",
            ["queue"],
            registry=registry,
        )
        self._processed = prometheus_client.Counter(
            "jobs_processed_total",
            "Jobs that were done, by result.",
            ["queue", "result"],
            registry=registry,
        )
        for queue in queues.NAMES:
            for result in _RESULTS:
                self._processed.labels(queue, result)

    async def work(self) -> None:
        """Does jobs until it is cancelled, whether or not Redis is there."""
        while True:
            try:
                await self._do_next()
            except problems.Unavailable:
                await asyncio.sleep(_RETRY_SECONDS)

    async def look(self) -> None:
        """Measures the queues every few seconds until it is cancelled."""
        while True:
            await self.look_once()
            await asyncio.sleep(_LOOK_SECONDS)

    async def look_once(self) -> None:
        """Measures the queues; without Redis nothing is known of them."""
        try:
            for queue in queues.NAMES:
                await self._measure(queue)
            await self._burst()
        except problems.Unavailable:
            # The depth of a while ago would look like a measurement. Redis has an
            # alert of its own.
            self._depths.clear()
            self._ages.clear()

    async def _do_next(self) -> None:
        keys = [queues.key_of(queue) for queue in queues.NAMES]
        taken = await self.waiting.command(
            "BLPOP", *keys, _WAIT_SECONDS, timeout_seconds=_WAIT_SECONDS + 2.0
        )
        match taken:
            case [bytes(key), bytes(raw)]:
                queue = key.decode().removeprefix(queues.key_of(""))
                await asyncio.sleep(self._work_seconds())
                self._processed.labels(queue, _judge(raw)).inc()
            case _:
                return  # nothing to do

    def _work_seconds(self) -> float:
        backlog = self._watch.find(degradations.Kind.BACKLOG)
        return backlog["seconds"] if backlog else _WORK_SECONDS

    async def _measure(self, queue: str) -> None:
        key = queues.key_of(queue)
        depth = await self.looking.command("LLEN", key)
        oldest = await self.looking.command("LINDEX", key, 0) if depth else None
        age = queues.read_age(oldest, time.time()) if isinstance(oldest, bytes) else 0
        self._depths.labels(queue).set(depth if isinstance(depth, int) else 0)
        self._ages.labels(queue).set(age)

    async def _burst(self) -> None:
        """Orders more work than there is time for, while that fault is in force."""
        backlog: Mapping[str, float] | None = self._watch.find(
            degradations.Kind.BACKLOG
        )
        if backlog is None:
            return
        key = queues.key_of(queues.EMAILS)
        depth = await self.looking.command("LLEN", key)
        missing = int(backlog["depth"]) - (depth if isinstance(depth, int) else 0)
        job = queues.encode_job({"user_id": 0}, time.time())
        while missing > 0:
            await self.looking.command("RPUSH", key, *[job] * min(missing, _BURST))
            missing -= _BURST


def compose(surroundings: runtime.Surroundings) -> runtime.Program:
    """Gives the worker; it answers nothing but its health and metrics."""
    address, watch = surroundings.settings.redis_address, surroundings.watch
    worker = Worker(address, watch, surroundings.registry)
    return runtime.Program(
        endpoints=(),
        connections=(worker.waiting, worker.looking),
        tasks=(
            worker.work,
            worker.look,
            junk.Filler(worker.looking, watch).keep_filled,
        ),
    )


def _judge(raw: bytes) -> str:
    try:
        json.loads(raw)
    except ValueError:
        return "failed"
    return "succeeded"
