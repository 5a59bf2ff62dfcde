"""One Grafana, in memory, and the ways to it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from sightline.clients import grafana
from sightline.model import secrets
from support.grafana import contract, memory, serving


@pytest.fixture
def server() -> memory.MemoryGrafana:
    return memory.MemoryGrafana()


@pytest.fixture
def transport(server: memory.MemoryGrafana) -> serving.GrafanaTransport:
    return serving.GrafanaTransport(server)


@pytest.fixture
def judge(transport: serving.GrafanaTransport) -> contract.Contract:
    """Grafana's own document; who asks for it is about the contract itself."""
    if transport.judge is None:
        pytest.skip("not checked: Grafana's OpenAPI document is not at hand")
    return transport.judge


@pytest.fixture
def slept() -> list[float]:
    """How long a client waited, each time; nobody really waits."""
    return []


@pytest.fixture
async def reach(
    transport: serving.GrafanaTransport, slept: list[float]
) -> AsyncIterator[grafana.Connection]:
    """The way of a service account that may do everything."""

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async with httpx.AsyncClient(transport=transport) as client:
        yield grafana.Connection(
            client,
            contract.URL,
            grafana.Token(secrets.Secret(memory.TOKEN)),
            sleep=sleep,
        )
