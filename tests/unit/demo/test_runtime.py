import random
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

import httpx
import prometheus_client
import pytest
from starlette import requests, responses

from sightline.demo import degradations, problems, runtime, settings
from sightline.model import services

READ = services.OperationClass.READ


class FixedWatch(degradations.Watch):
    """Suffers from what a test says."""

    def __init__(self, found: Mapping[degradations.Kind, Mapping[str, float]]) -> None:
        super().__init__(Path("/nonexistent"), "program")
        self._found = found

    def find(self, kind: degradations.Kind) -> Mapping[str, float] | None:
        return self._found.get(kind)


async def answer_fine(request: requests.Request) -> responses.Response:
    return runtime.reply({"path": request.url.path})


async def find_database_gone(request: requests.Request) -> responses.Response:
    del request
    raise problems.Unavailable("postgres")


async def expect_number(request: requests.Request) -> responses.Response:
    return runtime.reply({"n": runtime.read_number("n", request.path_params["n"])})


PROGRAM = runtime.Program(
    endpoints=(
        runtime.Endpoint("GET", "/fine", READ, answer_fine),
        runtime.Endpoint("GET", "/gone", READ, find_database_gone),
        runtime.Endpoint("GET", "/numbers/{n}", READ, expect_number),
    ),
    works=False,
)


async def ask(
    path: str,
    program: runtime.Program = PROGRAM,
    found: Mapping[degradations.Kind, Mapping[str, float]] | None = None,
) -> httpx.Response:
    surroundings = runtime.Surroundings(
        settings=settings.Settings(
            program="program",
            instance="program-1",
            port=0,
            database_url="",
            redis_address="",
            storage=Path("/nonexistent"),
            faults=Path("/nonexistent"),
        ),
        watch=FixedWatch(found or {}),
        registry=prometheus_client.CollectorRegistry(),
        chance=random.Random(1),
    )
    transport = httpx.ASGITransport(runtime.assemble(program, surroundings))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        answer = await client.get(path)
        exposed = await client.get("/metrics")
    answer.extensions["exposed"] = exposed.text
    return answer


async def test_an_answer_is_counted_under_its_route_and_operation() -> None:
    answer = await ask("/numbers/7")

    assert (answer.status_code, answer.json()) == (200, {"n": 7})
    assert (
        'http_requests_total{method="GET",operation="read",route="/numbers/{n}",'
        'status="200"} 1.0' in answer.extensions["exposed"]
    )


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("/gone", 503, "postgres is not reachable"),
        ("/numbers/seven", 400, "expected a number as n"),
    ],
)
async def test_a_problem_is_answered_with_its_status_and_reason(
    path: str, status: int, reason: str
) -> None:
    answer = await ask(path)

    assert (answer.status_code, answer.json()) == (status, {"error": reason})


async def test_errors_in_force_are_answered_and_counted() -> None:
    answer = await ask(
        "/fine", found={degradations.Kind.ERRORS: {"ratio": 1.0, "status": 500}}
    )

    assert answer.status_code == 500
    assert 'status="500"} 1.0' in answer.extensions["exposed"]


async def test_health_stays_well_while_the_requests_fail() -> None:
    answer = await ask(
        "/health", found={degradations.Kind.ERRORS: {"ratio": 1.0, "status": 500}}
    )

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_a_stumbling_program_fails_at_its_ratio() -> None:
    async def stumble() -> None:
        raise problems.Unavailable("postgres", timed_out=True)

    program = runtime.Program(
        endpoints=PROGRAM.endpoints, works=False, stumble=stumble, stumble_ratio=1.0
    )
    answer = await ask("/fine", program)

    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.json() == {"error": "postgres did not answer in time"}


@pytest.mark.parametrize(
    ("operation", "p50", "p95", "p99"),
    [
        ("read", 0.05, 0.2, 0.5),
        ("write", 0.1, 0.3, 0.8),
        ("search", 0.1, 0.5, 1.0),
        ("upload", 0.5, 2.0, 5.0),
    ],
)
def test_work_takes_no_longer_than_half_of_what_the_guide_allows(
    operation: str, p50: float, p95: float, p99: float
) -> None:
    chance = random.Random(7)
    kind = services.OperationClass(operation)
    drawn = sorted(runtime.draw_work_seconds(kind, chance) for _ in range(20_000))

    assert drawn[10_000] < p50 * 0.75
    assert drawn[19_000] < p95 / 2
    assert drawn[19_800] < p99 / 2
