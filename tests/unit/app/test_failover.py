from sightline.app import failover
from sightline.clients import fakes

PORTS = {"prometheus": 1, "prometheus-2": 2, "alertmanager": 3, "redis": 4}
FIRST = fakes.FakePrometheus("http://127.0.0.1:1")
SECOND = fakes.FakePrometheus("http://127.0.0.1:2")


async def _chosen(*running: fakes.FakeServer) -> int:
    async with fakes.open_client(*running) as client:
        ports = await failover.prefer_answering(client, PORTS)
    assert {**ports, "prometheus": 1} == PORTS
    return ports["prometheus"]


async def test_the_first_that_answers_is_asked() -> None:
    assert await _chosen(FIRST, SECOND) == 1
    assert await _chosen(SECOND) == 2


async def test_where_none_answers_the_first_is_asked_and_says_so() -> None:
    assert await _chosen() == 1
