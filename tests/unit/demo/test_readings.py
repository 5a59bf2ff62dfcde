import asyncio

import prometheus_client
import pytest

from sightline.demo import problems, readings


async def test_a_number_that_cannot_be_read_any_more_is_absent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(readings, "_REFRESH_SECONDS", 0.0)
    registry = prometheus_client.CollectorRegistry()
    answers: list[float | None] = [0.0, None]
    seen: list[float | None] = []
    thrice = asyncio.Event()

    async def read() -> readings.Values:
        seen.append(registry.get_sample_value("figure"))
        if len(seen) == 3:
            thrice.set()
        found = answers[min(len(seen), 2) - 1]
        if found is None:
            raise problems.Unavailable("redis")
        return {(): found}

    reading = readings.Reading("figure", "One.", read=read)
    task = asyncio.ensure_future(readings.keep_fresh((reading,), registry)())
    await thrice.wait()
    task.cancel()

    assert seen[:3] == [None, 0.0, None]
