"""What the page Tune asks: which alerts there are, a study of one, and its diff."""

import asyncio
import dataclasses
import datetime as dt
import math
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import TYPE_CHECKING, Final

import pydantic_core
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from sightline import errors
from sightline.console import answers, coalescing, settings, upstream

if TYPE_CHECKING:
    from sightline.app.console import tuning

__all__ = ["TuneApi"]

# What replays rules is imported by the first question: see `app.console.projects`.

_SPEC_SECONDS: Final = 60.0
_STUDY_SECONDS: Final = 300.0
_MOST_KEPT: Final = 8
_DAYS: Final = (7, 30, 60, 90)
_LINES: Final = "application/x-ndjson"


class TuneApi:
    """Questions about alerts of the spec, by their names; one study at a time.

    A study that nobody waits for any more is not finished.
    """

    def __init__(
        self, surroundings: settings.Settings, servers: upstream.Upstream
    ) -> None:
        self._project = surroundings.project
        self._servers = servers
        self._tunables: coalescing.Shared[tuning.Tunables] = coalescing.Shared()
        self._turn = asyncio.Semaphore(1)
        self._kept: OrderedDict[tuple[str, int], tuple[float, bytes]] = OrderedDict()

    async def list_alerts(self, _: Request) -> Response:
        """Answers with the alerts that can be tuned."""

        async def look() -> Mapping[str, object]:
            found = (await self._find_tunables()).alerts
            return {
                "alerts": [
                    {"name": name, "title": one.title} for name, one in found.items()
                ],
                "days": _DAYS,
            }

        return await answers.share(
            self._servers.shared, "tunables", _SPEC_SECONDS, look
        )

    async def study(self, request: Request) -> Response:
        """Answers line by line: what is being done, and the study last."""
        name: str = request.path_params["name"]
        days = request.query_params.get("days", "30")
        if days not in map(str, _DAYS):
            raise HTTPException(422, f"expected days of {_DAYS}, found {days!r}")
        lines = self._tell(name, int(days))
        return StreamingResponse(lines, media_type=_LINES)

    async def _tell(self, name: str, days: int) -> AsyncGenerator[bytes]:
        """Gives the lines of a study; one that fails ends with the reason."""
        kept = self._kept.get((name, days))
        if kept is not None and kept[0] > asyncio.get_running_loop().time():
            yield kept[1]
            return
        try:
            yield _line("progress", {"words": "reading the spec", "step": 0, "of": 4})
            tunables = await self._find_tunables()
            async with self._turn:
                async for line in self._study(tunables, name, days):
                    yield line
        except errors.SightlineError as error:
            yield _line("error", str(error))

    async def _study(
        self, tunables: "tuning.Tunables", name: str, days: int
    ) -> AsyncIterator[bytes]:
        from sightline.app.console import tuning  # noqa: PLC0415
        from sightline.review.backtest import replaying  # noqa: PLC0415

        chosen = _choose(tunables, name)
        end = dt.datetime.now(dt.UTC)
        period = replaying.Period(start=end - dt.timedelta(days=days), end=end)
        steps = tuning.study(
            self._servers.history, chosen, tunables.given.recordings, period
        )
        async for one in steps:
            match one:
                case tuning.Progress():
                    yield _line("progress", dataclasses.asdict(one))
                case tuning.Study():
                    line = _line("study", dataclasses.asdict(one))
                    self._keep((name, days), line)
                    yield line

    def _keep(self, key: tuple[str, int], line: bytes) -> None:
        ends = asyncio.get_running_loop().time() + _STUDY_SECONDS
        self._kept[key] = (ends, line)
        self._kept.move_to_end(key)
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)

    async def propose(self, request: Request) -> Response:
        """Answers with the diff that makes a setting the alert's own."""
        name: str = request.path_params["name"]
        limit = _read_number(request, "limit")
        hold = _read_number(request, "for")

        async def look() -> Mapping[str, object]:
            from sightline.app.console import tuning  # noqa: PLC0415

            tunables = await self._find_tunables()
            _choose(tunables, name)
            if self._project is None:  # there would be no tunables
                return {"diff": ""}
            root = self._project.root
            diff = await run_in_threadpool(
                tuning.propose_change, root, tunables, name, limit, hold
            )
            return {"diff": diff}

        key = f"change {name} {limit} {hold}"
        return await answers.share(self._servers.shared, key, _SPEC_SECONDS, look)

    async def _find_tunables(self) -> "tuning.Tunables":
        project = self._project

        def read() -> "tuning.Tunables":
            from sightline.app.console import tuning  # noqa: PLC0415

            if project is None:
                raise errors.InputError(
                    "this console shows a build alone; started with --project, it "
                    "tunes alerts too"
                )
            return tuning.find_tunables(*project.load())

        return await self._tunables.get(
            "", _SPEC_SECONDS, lambda: run_in_threadpool(read)
        )


def _choose(tunables: "tuning.Tunables", name: str) -> "tuning.Tunable":
    chosen = tunables.alerts.get(name)
    if chosen is None:
        raise errors.InputError(f"the spec has no alert {name!r} with one limit")
    return chosen


def _read_number(request: Request, name: str) -> float:
    text = request.query_params.get(name, "")
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise HTTPException(422, f"expected a number for {name!r}, found {text!r}")
    return number


def _line(kind: str, content: object) -> bytes:
    return pydantic_core.to_json({kind: content}, inf_nan_mode="null") + b"\n"
