"""traffic: the users of the platform, as one process that never waits for answers."""

import asyncio
import contextlib
import dataclasses
import itertools
import random
import signal
import time
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Final

from sightline.demo import calls, mischief, problems, settings, visits

__all__ = ["Traffic", "run"]

_MOST_IN_FLIGHT: Final = 300
"""Beyond this, visitors stay away: a hanging platform must not fill the memory."""
_TRIES: Final = 2
_PAGES_PER_VISIT: Final = 0.6
_SECONDS_BETWEEN_TRIES: Final = (0.4, 1.2)


class Traffic:
    """Arrivals at random (a Poisson process), as many as the time of day suggests.

    Args:
        clock: Unix seconds.
    """

    def __init__(
        self,
        caller: calls.Caller,
        chance: random.Random,
        rate: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._caller = caller
        self._chance = chance
        self._rate = rate
        self._clock = clock
        self._visitors = visits.Visitors(chance)
        self._strangers = itertools.count()
        self._in_flight: set[asyncio.Task[None]] = set()

    async def flow(self) -> None:
        """Makes requests until it is cancelled."""
        await asyncio.gather(
            self._arrive(self._rate, self._visit),
            self._arrive(self._rate * _PAGES_PER_VISIT, self._browse),
            self._arrive(1 / mischief.SECONDS_BETWEEN, self._do_mischief),
        )

    async def _arrive(
        self, average_rate: float, act: Callable[[], Coroutine[None, None, None]]
    ) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            rate = average_rate * visits.daily_factor(self._clock())
            # From when it was due, not from now: late by a little is made good.
            due = max(due + self._chance.expovariate(rate), loop.time() - 1.0)
            await asyncio.sleep(due - loop.time())
            if len(self._in_flight) < _MOST_IN_FLIGHT:
                task = asyncio.create_task(act())
                self._in_flight.add(task)
                task.add_done_callback(self._in_flight.discard)

    async def _visit(self) -> None:
        visit, call = self._visitors.draw()
        for _ in range(_TRIES if visit.is_pressed_again else 1):
            try:
                answer = await self._caller.call(_enter(call))
            except problems.Unavailable:
                return  # a user who sees no answer at all comes back another day
            if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                self._remember(call, answer)
                return
            await asyncio.sleep(self._chance.uniform(*_SECONDS_BETWEEN_TRIES))

    async def _browse(self) -> None:
        """Looks at a public page, as many do who never log in."""
        with contextlib.suppress(problems.Unavailable):
            await self._caller.call(_enter(self._visitors.draw_page()))

    async def _do_mischief(self) -> None:
        for call in mischief.draw(self._chance, next(self._strangers)):
            with contextlib.suppress(problems.Unavailable):
                await self._caller.call(_enter(call))

    def _remember(self, call: calls.Call, answer: calls.Answer) -> None:
        if call.path == visits.LOGIN_PATH and answer.status == HTTPStatus.OK:
            self._visitors.remember_session(answer.read_json()["session_id"])


def _enter(call: calls.Call) -> calls.Call:
    """Gives the call as users make it: they see the edge, never the gateway."""
    if call.program != visits.GATEWAY:
        return call
    return dataclasses.replace(call, program=settings.EDGE)


def run(told: settings.Settings) -> None:
    """Makes traffic until SIGTERM."""
    asyncio.run(_run(told))


async def _run(told: settings.Settings) -> None:
    caller = calls.Caller(told.peers)
    traffic = Traffic(caller, random.Random(told.instance), told.rate)  # noqa: S311 - no secret depends on it
    flowing = asyncio.ensure_future(traffic.flow())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, flowing.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await flowing
    await caller.close()
