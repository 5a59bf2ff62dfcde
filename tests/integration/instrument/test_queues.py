"""The queue systems themselves, on a real Redis."""

import asyncio
import logging
import time
from collections.abc import Iterator

import pytest
import redis
import rq
from celery import Celery
from celery.contrib.testing import worker as celery_worker
from redis import asyncio as redis_asyncio
from redis import backoff, retry

from sightline.instrument import testing
from sightline.instrument.queues import arq as arq_adapter
from sightline.instrument.queues import celery as celery_adapter
from sightline.instrument.queues import metrics
from sightline.instrument.queues import rq as rq_adapter

pytestmark = pytest.mark.integration


@pytest.fixture
def connection(redis_port: int) -> Iterator[redis.Redis]:
    with redis.Redis(port=redis_port) as client:
        client.flushall()
        yield client


def processed(emitted: testing.Emitted, queue: str) -> dict[str, float]:
    return {
        result.value: emitted.change(
            "jobs_processed_total", queue=queue, result=result.value
        )
        for result in metrics.Result
    }


def waiting(emitted: testing.Emitted) -> dict[str, tuple[float, float | None]]:
    ages = {
        one.labels["queue"]: one.value
        for one in emitted.samples("job_oldest_age_seconds")
    }
    return {
        one.labels["queue"]: (one.value, ages.get(one.labels["queue"]))
        for one in emitted.samples("job_queue_depth")
    }


def succeed() -> None:
    """What RQ imports by name."""


def fail() -> None:
    raise RuntimeError("as the test wants it")


class TestRq:
    def test_jobs_are_counted_by_result_also_those_that_leave_no_result(
        self, connection: redis.Redis
    ) -> None:
        emitted = testing.Emitted()
        jobs = metrics.JobMetrics(["emails"], emitted.registry)
        queue = rq.Queue("emails", connection=connection)
        queue.enqueue(succeed)
        queue.enqueue(succeed, result_ttl=0)
        queue.enqueue(fail)
        queue.enqueue(fail, retry=rq.Retry(max=1))
        worker = rq_adapter.measured(rq.SimpleWorker, jobs)([queue])
        worker.work(burst=True, logging_level="CRITICAL")
        assert processed(emitted, "emails") == {
            "succeeded": 2,
            "failed": 2,
            "retried": 1,
        }
        assert emitted.change("job_duration_seconds_count", queue="emails") == 5

    def test_what_waits_is_read_at_the_scrape(self, connection: redis.Redis) -> None:
        emitted = testing.Emitted()
        queue = rq.Queue("emails", connection=connection)
        now = time.time()
        metrics.watch([rq_adapter.Depth(queue)], emitted.registry, lambda: now + 60)
        assert waiting(emitted) == {"emails": (0, 0)}
        queue.enqueue(succeed)
        queue.enqueue(succeed)
        depth, age = waiting(emitted)["emails"]
        assert depth == 2
        assert age == pytest.approx(60, abs=5)

    def test_a_redis_that_is_away_leaves_no_number(self) -> None:
        emitted = testing.Emitted()
        once = retry.Retry(backoff.NoBackoff(), 0)
        away = rq.Queue("emails", connection=redis.Redis(port=1, retry=once))
        metrics.watch([rq_adapter.Depth(away)], emitted.registry)
        emitted = testing.Emitted(emitted.registry)
        assert waiting(emitted) == {}
        assert emitted.change("job_queue_read_failures_total", queue="emails") >= 1


class TestCelery:
    @pytest.fixture
    def app(self, redis_port: int, connection: redis.Redis) -> Iterator[Celery]:
        del connection  # emptied
        app = Celery(broker=f"redis://127.0.0.1:{redis_port}/0", set_as_current=False)
        app.conf.update(task_default_queue="emails", worker_hijack_root_logger=False)
        with app:
            yield app

    def test_tasks_are_counted_by_result_and_stamped_when_sent(
        self, app: Celery, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.CRITICAL)
        emitted = testing.Emitted()
        now = time.time() - 60
        celery_adapter.measure(
            app, metrics.JobMetrics(["emails"], emitted.registry), lambda: now
        )
        metrics.watch([celery_adapter.Depth(app, "emails")], emitted.registry)

        @app.task(bind=True, max_retries=1, name="work")
        def work(self, outcome):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - Celery's
            if outcome == "retry" and not self.request.retries:
                raise self.retry(countdown=0)
            if outcome == "fail":
                raise RuntimeError(outcome)

        for outcome in ("succeed", "fail", "retry"):
            work.delay(outcome)
        depth, age = waiting(emitted)["emails"]
        assert depth == 3
        assert age == pytest.approx(60, abs=5)
        with celery_worker.start_worker(
            app, pool="solo", perform_ping_check=False, loglevel="CRITICAL"
        ):
            deadline = time.monotonic() + 10
            while sum(processed(emitted, "emails").values()) < 4:
                assert time.monotonic() < deadline, processed(emitted, "emails")
                time.sleep(0.02)
        assert processed(emitted, "emails") == {
            "succeeded": 2,
            "failed": 1,
            "retried": 1,
        }
        assert waiting(emitted) == {"emails": (0, 0)}


class Retry(RuntimeError):
    """As arq calls what a job raises to be tried again."""


class TestArq:
    async def test_attempts_are_counted_by_result(self) -> None:
        emitted = testing.Emitted()
        jobs = metrics.JobMetrics([arq_adapter.DEFAULT_QUEUE], emitted.registry)

        async def work(ctx: dict[str, object], outcome: str) -> str:
            del ctx
            if outcome == "wait":
                await asyncio.Event().wait()
            if outcome != "done":
                raise {"retry": Retry, "fail": KeyError}[outcome](outcome)
            return outcome

        run = arq_adapter.measured(work, jobs)
        assert run.__name__ == "work"
        assert await run({}, "done") == "done"
        with pytest.raises(Retry):
            await run({}, "retry")
        with pytest.raises(KeyError):
            await run({}, "fail")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await run({}, "wait")
        assert processed(emitted, arq_adapter.DEFAULT_QUEUE) == {
            "succeeded": 1,
            "failed": 1,
            "retried": 2,
        }

    async def test_only_what_is_due_waits_and_an_old_reading_is_none(
        self, redis_port: int, connection: redis.Redis
    ) -> None:
        now = 1_000_000.0
        for name, seconds in (("a", -90), ("b", -30), ("later", 600)):
            # As arq enqueues: https://arq-docs.helpmanual.io/ keeps a job in a sorted
            # set, by the time in milliseconds at which it is due.
            connection.zadd(arq_adapter.DEFAULT_QUEUE, {name: (now + seconds) * 1000})
        emitted = testing.Emitted()
        emitted.clock.now = now
        depth = arq_adapter.Depth(now=emitted.clock)
        metrics.watch([depth], emitted.registry, emitted.clock)
        assert waiting(emitted) == {}
        async with redis_asyncio.Redis(port=redis_port) as client:
            following = asyncio.create_task(depth.follow(client))
            async with asyncio.timeout(5):
                while not waiting(emitted):  # noqa: ASYNC110 - nothing tells
                    await asyncio.sleep(0.005)
            following.cancel()
        assert waiting(emitted) == {arq_adapter.DEFAULT_QUEUE: (2, 90)}
        emitted.clock.now += 16
        assert waiting(emitted) == {}
