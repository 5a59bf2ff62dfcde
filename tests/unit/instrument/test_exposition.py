import gzip

import httpx
import prometheus_client
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from sightline import instrument


@pytest.fixture
def registry() -> prometheus_client.CollectorRegistry:
    registry = prometheus_client.CollectorRegistry()
    prometheus_client.Counter("jobs", "Jobs.", registry=registry).inc(3)
    return registry


@pytest.fixture
def client(registry: prometheus_client.CollectorRegistry) -> httpx.AsyncClient:
    app = Starlette(
        routes=[Route("/metrics", instrument.MetricsPage(registry), methods=None)]
    )
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://service.test",
        headers={"accept-encoding": "identity"},
    )


async def test_the_page_is_prometheus_text(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "jobs_total 3.0\n" in answer.text


async def test_the_page_is_openmetrics_on_request(client: httpx.AsyncClient) -> None:
    answer = await client.get(
        "/metrics", headers={"accept": "application/openmetrics-text; version=1.0.0"}
    )
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


async def test_a_large_page_is_compressed_on_request(
    registry: prometheus_client.CollectorRegistry, client: httpx.AsyncClient
) -> None:
    instrument.open_metrics(registry).initialise("GET", "/", "read", [200])
    async with client.stream(
        "GET", "/metrics", headers={"accept-encoding": "gzip"}
    ) as answer:
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert b"http_requests_total" in gzip.decompress(raw)


async def test_head_gives_no_body(client: httpx.AsyncClient) -> None:
    answer = await client.head("/metrics")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 0


async def test_other_methods_are_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/metrics")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_one_process_exposes_its_own_registry(
    registry: prometheus_client.CollectorRegistry,
) -> None:
    assert instrument.exposed_registry(registry) is registry
