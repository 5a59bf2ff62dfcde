"""A Grafana in memory with the surface that deploys to it."""

from collections.abc import AsyncIterator

import pytest

from support.grafana import deployed as support


@pytest.fixture
async def deployed() -> AsyncIterator[support.Deployed]:
    async with support.deploying() as there:
        yield there
