"""A console whose Prometheus and Alertmanager are fakes."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from sightline.console import application, settings


class Upstream:
    """The far side: what was asked of it, and what it answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, bytes]] = []
        self.answers: dict[str, httpx.Response | Exception] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((request.method, str(request.url), request.content))
        answer = self.answers.get(request.url.path, httpx.Response(404))
        if isinstance(answer, Exception):
            raise answer
        return answer


class Console:
    """A client of the console, under the name that it answers to."""

    def __init__(self, app: Starlette) -> None:
        self._transport = httpx.ASGITransport(app)

    def get(
        self, path: str, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        return self.request("GET", path, headers=headers)

    def post(
        self,
        path: str,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        return self.request("POST", path, data, headers)

    def request(
        self,
        method: str,
        path: str,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=self._transport, base_url="http://127.0.0.1:8484"
            ) as client:
                return await client.request(method, path, data=data, headers=headers)

        return asyncio.run(ask())


@pytest.fixture
def upstream() -> Upstream:
    """Prometheus at `prometheus.test`, Alertmanager at `alertmanager.test`."""
    return Upstream()


@pytest.fixture
def surroundings(tmp_path: Path) -> settings.Settings:
    """Folders that are empty until a test fills them."""
    return settings.Settings(
        build=tmp_path / "build",
        prometheus="http://prometheus.test",
        alertmanager="http://alertmanager.test",
        inbox=tmp_path / "inbox",
        run=tmp_path / "run",
    )


@pytest.fixture
def console(surroundings: settings.Settings, upstream: Upstream) -> Console:
    """The console, whose far side is `upstream`."""
    return Console(
        application.create_application(surroundings, httpx.MockTransport(upstream))
    )
