"""What the pages ask of the spec: verification, objectives, the catalogue."""

import datetime as dt
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sightline import errors
from sightline.app.console import catalogue, projects
from sightline.console import answers, settings, upstream

__all__ = ["ProjectApi"]

_VERIFIED_SECONDS: Final = 60.0
_STANDING_SECONDS: Final = 30.0
_CATALOGUE_SECONDS: Final = 60.0


class ProjectApi:
    """Questions that need the spec; each answer is JSON."""

    def __init__(
        self, surroundings: settings.Settings, servers: upstream.Upstream
    ) -> None:
        self._settings = surroundings
        self._servers = servers

    async def verify(self, _: Request) -> Response:
        """Answers with the five lines, at most a minute old."""

        async def look(project: projects.Project) -> Mapping[str, object]:
            begin = time.time()
            report = await run_in_threadpool(project.verify)
            return {**report, "at": begin}

        return await self._share("verification", _VERIFIED_SECONDS, look)

    async def list_objectives(self, _: Request) -> Response:
        """Answers how every objective stands."""

        async def look(project: projects.Project) -> Mapping[str, object]:
            now = dt.datetime.now(dt.UTC)
            found = await project.stand(
                self._servers.client, self._settings.prometheus, now
            )
            return {"slos": found, "at": now.timestamp()}

        return await self._share("slos", _STANDING_SECONDS, look)

    async def list_signals(self, _: Request) -> Response:
        """Answers with the catalogue."""

        def compile_all(project: projects.Project) -> Mapping[str, object]:
            declared, _ = project.load()
            found = catalogue.compile_catalogue(declared, self._settings.build)
            return {"signals": [asdict(entry) for entry in found]}

        async def look(project: projects.Project) -> Mapping[str, object]:
            return await run_in_threadpool(compile_all, project)

        return await self._share("catalogue", _CATALOGUE_SECONDS, look)

    async def _share(
        self,
        key: str,
        fresh_seconds: float,
        look: Callable[[projects.Project], Awaitable[Mapping[str, object]]],
    ) -> Response:
        project = self._settings.project

        async def make() -> Mapping[str, object]:
            if project is None:
                raise errors.InputError(
                    "this console shows a build alone; started with --project, it "
                    "reads the spec too"
                )
            return await look(project)

        return await answers.share(self._servers.shared, key, fresh_seconds, make)
