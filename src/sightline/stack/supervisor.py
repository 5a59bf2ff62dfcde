"""The supervisor: all components of a stack, started and ended in waves."""

import asyncio
import itertools
from collections.abc import Mapping, Sequence
from typing import Final

from sightline import errors
from sightline.model import components
from sightline.stack import layout, logs, processes, runners, states, targets

__all__ = ["Supervisor"]

_SETTLE_SECONDS: Final = 60.0
_LOG_CHECK_SECONDS: Final = 5.0
_STATE_WRITE_SECONDS: Final = 0.25


class Supervisor:
    """Runs components until it is told to shut down.

    Use `run` as the one task; the other methods act on the running components.
    """

    def __init__(
        self, place: layout.Layout, planned: Sequence[components.Component]
    ) -> None:
        self._layout = place
        self._guard = processes.Guard()
        self._asked_to_end = asyncio.Event()
        self._is_started = False
        self._changed = asyncio.Event()
        self._runners: Mapping[str, runners.Runner] = {
            component.name: runners.Runner(
                component,
                place.log_of(component.name),
                self._guard,
                self._changed.set,
            )
            for component in planned
        }

    async def run(self) -> None:
        """Starts everything, keeps it running, and ends it when asked to."""
        await self._guard.start()
        self._write_targets()
        async with asyncio.TaskGroup() as group:
            kept = [
                group.create_task(work)
                for work in (
                    self._guard.keep(),
                    self._bound_logs(),
                    self._keep_state(),
                    *(runner.run() for runner in self._runners.values()),
                )
            ]
            starting = group.create_task(self._start_in_waves())
            await self._asked_to_end.wait()
            starting.cancel()
            await self._end_in_waves()
            for task in kept:
                task.cancel()
        await self._guard.stop()
        self._write_state()

    def shut_down(self) -> None:
        """Asks `run` to end everything and to return."""
        self._asked_to_end.set()

    def start(self, name: str) -> None:
        """Starts a component that was held down."""
        self._find(name).start()

    async def stop(self, name: str) -> None:
        """Ends a component and holds it down; its targets stay, and are down."""
        await self._find(name).hold(runners.State.STOPPED)

    def kill(self, name: str) -> None:
        """Sends SIGKILL to a component, which is then started again."""
        self._find(name).kill()

    async def withdraw(self, name: str) -> None:
        """Ends a component and takes its targets away, as if it were undeployed."""
        await self._find(name).hold(runners.State.WITHDRAWN)
        self._write_targets()

    def restore(self, name: str) -> None:
        """Puts a withdrawn component back."""
        self._find(name).start()
        self._write_targets()

    def observe(self) -> states.StackState:
        """Gives the state of every component, as of now, memory included."""
        sizes = processes.observe_rss(
            runner.pid for runner in self._runners.values() if runner.pid is not None
        )
        return self._describe(sizes)

    def _describe(self, sizes: Mapping[int, int]) -> states.StackState:
        return states.StackState(
            is_started=self._is_started,
            guard_pid=self._guard.pid,
            components=tuple(
                _observe_runner(runner, sizes) for runner in self._runners.values()
            ),
        )

    def _find(self, name: str) -> runners.Runner:
        if name not in self._runners:
            known = ", ".join(sorted(self._runners))
            raise errors.InputError(
                f"unknown component {name!r}; expected one of: {known}"
            )
        return self._runners[name]

    def _waves(self) -> list[list[runners.Runner]]:
        def wave(runner: runners.Runner) -> int:
            return runner.component.wave

        ordered = sorted(self._runners.values(), key=wave)
        return [list(members) for _, members in itertools.groupby(ordered, key=wave)]

    async def _start_in_waves(self) -> None:
        """Starts each wave when the one before has settled, well or badly."""
        for members in self._waves():
            for runner in members:
                runner.start()
            waiting = asyncio.gather(*(runner.settled.wait() for runner in members))
            try:
                async with asyncio.timeout(_SETTLE_SECONDS):
                    await waiting
            except TimeoutError:
                continue  # shown as starting; the next wave may do without
        self._is_started = True
        self._changed.set()

    async def _end_in_waves(self) -> None:
        for members in reversed(self._waves()):
            await asyncio.gather(
                *(runner.hold(runners.State.STOPPED) for runner in members)
            )

    async def _bound_logs(self) -> None:
        while True:
            for name in self._runners:
                logs.bound_log(self._layout.log_of(name))
            await asyncio.sleep(_LOG_CHECK_SECONDS)

    async def _keep_state(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            self._write_state()
            # At a start everything changes at once: gather that into few writes.
            await asyncio.sleep(_STATE_WRITE_SECONDS)

    def _write_targets(self) -> None:
        held = [
            runner.component
            for runner in self._runners.values()
            if runner.state is runners.State.WITHDRAWN
        ]
        shown = [
            runner.component
            for runner in self._runners.values()
            if runner.state is not runners.State.WITHDRAWN
        ]
        targets.write_targets(self._layout.targets, shown, held)

    def _write_state(self) -> None:
        states.write_state(self._layout.state, self._describe({}))


def _observe_runner(
    runner: runners.Runner, sizes: Mapping[int, int]
) -> states.ComponentState:
    component, pid = runner.component, runner.pid
    return states.ComponentState(
        name=component.name,
        state=runner.state.value,
        pid=pid,
        started=runner.started if pid is not None else None,
        port=component.port,
        version=component.version,
        source=component.source,
        rss_bytes=0 if pid is None else sizes.get(pid, 0),
        restarts=runner.restarts,
        argv=component.argv,
    )
