"""One component, kept running: started, awaited, started again, held, ended."""

import asyncio
import contextlib
import enum
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sightline import errors
from sightline.model import components
from sightline.stack import backoff, processes, readiness

__all__ = ["Runner", "State"]

_FIRST_POLL_SECONDS: Final = 0.05
_LONGEST_POLL_SECONDS: Final = 0.5
_POLL_GROWTH: Final = 1.3


class State(enum.Enum):
    """What a component does; the value is the word that `status` prints."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    FAILED = "failed"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"


class Runner:
    """Keeps one component running for as long as it is wanted.

    Attributes:
        state: what it does now.
        pid: its process; `None` while there is none.
        started: when that process was started, as `processes.observe_start` says.
        settled: set once it is ready, held down or failed.
        restarts: how often it was started again by itself.
    """

    def __init__(
        self,
        component: components.Component,
        log: Path,
        watch: processes.Guard,
        changed: Callable[[], None],
    ) -> None:
        self.component = component
        self.state = State.WAITING
        self.pid: int | None = None
        self.started: str | None = None
        self.restarts = 0
        self.settled = asyncio.Event()
        self._log = log
        self._guard = watch
        self._changed = changed
        self._wanted = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()
        self._held_as = State.STOPPED
        self._backoff = backoff.Backoff()

    async def run(self) -> None:
        """Keeps the component as it is wanted; ends only by cancellation."""
        while True:
            await self._wanted.wait()
            began = time.monotonic()
            await self._run_once()
            if not self._wanted.is_set():
                self._enter(self._held_as)
                continue
            delay = self._backoff.next_delay(time.monotonic() - began)
            self._enter(
                State.FAILED if self._backoff.has_lost_patience else State.RESTARTING
            )
            await asyncio.sleep(delay)
            self.restarts += 1

    def start(self) -> None:
        """Asks for the component to run, from now on; forgets earlier failures."""
        if not self._wanted.is_set():
            self.settled.clear()
            self._backoff.reset()
            self._enter(State.WAITING)
            self._wanted.set()

    async def hold(self, held_as: State) -> None:
        """Ends the component and holds it down until the next `start`.

        It gets its stop signal, and SIGKILL when its time is over.
        """
        self._wanted.clear()
        self._held_as = held_as
        if self.pid is None:
            self._enter(held_as)
            return
        self._signal(self.component.stop_signal.value)
        try:
            async with asyncio.timeout(self.component.stop_timeout):
                await self._ended.wait()
        except TimeoutError:
            self.kill()
            await self._ended.wait()

    def kill(self) -> None:
        """Sends SIGKILL to the component and its group; a wanted one comes back."""
        if self.pid is not None:
            processes.end_group(self.pid)

    async def _run_once(self) -> None:
        try:
            process = await processes.spawn(self.component, self._log, self._guard)
        except errors.ComponentFailed as error:
            with self._log.open("a", encoding="utf-8") as log:
                log.write(f"{error}\n")
            return
        self.pid = process.pid
        self.started = processes.observe_start(process.pid)
        self._ended.clear()
        if not self._wanted.is_set():  # held down while it was being started
            self.kill()
        # A component that failed shows so until it is ready, not at every attempt.
        if self.state is not State.FAILED:
            self._enter(State.STARTING)
        awaiting = asyncio.create_task(self._await_readiness())
        try:
            await process.wait()
        finally:
            awaiting.cancel()
            processes.end_group(process.pid)
            self._guard.strike(process.pid)
            self.pid = None
            self._ended.set()

    async def _await_readiness(self) -> None:
        wanted = self.component.readiness
        pause = _FIRST_POLL_SECONDS
        while wanted is not None and not await readiness.is_ready(wanted):
            await asyncio.sleep(pause)
            pause = min(pause * _POLL_GROWTH, _LONGEST_POLL_SECONDS)
        self._enter(State.READY)

    def _enter(self, state: State) -> None:
        if state in {State.READY, State.FAILED, State.STOPPED, State.WITHDRAWN}:
            self.settled.set()
        if state is not self.state:
            self.state = state
            self._changed()

    def _signal(self, number: int) -> None:
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)
