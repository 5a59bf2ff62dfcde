from pathlib import Path

import prometheus_client

from sightline.demo import degradations, problems, queues, worker

NOWHERE = Path("/nonexistent")


class Waiting:
    """Queues with three jobs each, until Redis is gone."""

    def __init__(self) -> None:
        self.is_gone = False

    async def command(self, *words: object) -> object:
        if self.is_gone:
            raise problems.Unavailable("redis")
        return 3 if words[0] == "LLEN" else queues.encode_job({"user_id": 1}, now=0.0)


async def test_what_is_not_known_of_the_queues_is_not_shown() -> None:
    registry = prometheus_client.CollectorRegistry()
    watch = degradations.Watch(NOWHERE, "job-worker")
    made = worker.Worker("127.0.0.1:1", watch, registry)
    redis = Waiting()
    made.looking = redis  # type: ignore[assignment]  # it answers what is asked here

    def depths() -> list[float]:
        shown = registry.collect()
        return [
            sample.value
            for family in shown
            for sample in family.samples
            if sample.name in {"job_queue_depth", "job_oldest_age_seconds"}
        ]

    assert depths() == []
    await made.look_once()
    assert depths()[: len(queues.NAMES)] == [3.0] * len(queues.NAMES)
    redis.is_gone = True
    await made.look_once()
    assert depths() == []
