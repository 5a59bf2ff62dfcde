"""Starts the local stack and follows it until it is ready."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from sightline import errors
from sightline.app import assembly, progress
from sightline.model import monitoring
from sightline.spec import loading
from sightline.stack import launching, layout, logs, sites, states
from sightline.stack.acquire import binaries

__all__ = ["Request", "Running", "run", "start"]

_START_SECONDS: Final = 90.0
_VERIFY_SECONDS: Final = 45.0
_BRIEF_VERIFY_SECONDS: Final = 1.2
_POLL_SECONDS: Final = 0.1
_WATCH_SECONDS: Final = 1.0
_TAIL_LINES: Final = 12
_CONSOLE: Final = "console"
_BAD_STATES: Final = frozenset({"failed", "starting", "restarting"})


class Running:
    """A stack that was started, by the hands of who started it."""

    def __init__(
        self,
        place: layout.Layout,
        process: subprocess.Popen[bytes],
        shown: progress.Progress,
        leash: int | None = None,
    ) -> None:
        self._layout = place
        self._process = process
        self._shown = shown
        self._leash = leash
        self._known: dict[str, str] = {}

    def await_known(self) -> None:
        """Waits until it is known which components there are, and on which ports.

        Raises:
            ComponentFailed: the supervisor ended.
        """
        while self._observe() is None:
            time.sleep(_POLL_SECONDS)

    def await_ready(self) -> None:
        """Follows the start until every component is ready.

        Raises:
            ComponentFailed: one ended again and again, or was not ready in time; the
                message holds the end of its log, and the stack is stopped.
        """
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end:
            state = self._observe()
            if state is not None:
                self._say_changes(state)
                bad = [one for one in state.components if one.state in _BAD_STATES]
                failed = any(one.state == "failed" for one in bad)
                if state.is_started and not bad:
                    return
                if failed or (state.is_started and self._process.poll() is not None):
                    break
            time.sleep(_POLL_SECONDS)
        self._give_up()

    def describe_console(self) -> str:
        """Gives where to look, in words.

        Raises:
            ComponentFailed: the supervisor ended.
        """
        state = self._observe()
        ports = (
            component.port
            for component in (state.components if state else ())
            if component.name == _CONSOLE
        )
        return f"see it at http://{sites.HOST}:{next(ports)}"

    def watch(self) -> None:
        """Says what changes, until Ctrl-C or the end of the supervisor."""
        while self._process.poll() is None:
            state = self._observe()
            if state is not None:
                self._say_changes(state)
            time.sleep(_WATCH_SECONDS)

    def stop(self) -> None:
        """Stops the stack and waits for its end."""
        self._shown.say("stopping")
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait()

    def _observe(self) -> states.StackState | None:
        if self._process.poll() is not None:
            tail = logs.read_tail(self._layout.log_of("supervisor"), _TAIL_LINES)
            raise errors.ComponentFailed(
                "\n".join(["the supervisor has ended; its last words:", *tail])
            )
        return states.read_state(self._layout.state)

    def _say_changes(self, state: states.StackState) -> None:
        for component in state.components:
            if self._known.get(component.name) == component.state:
                continue
            self._known[component.name] = component.state
            if component.state in {"waiting", "starting"}:
                continue
            port = f" on port {component.port}" if component.port else ""
            self._shown.say(f"{component.name:<22} {component.state}{port}")

    def _give_up(self) -> None:
        state = self._observe()
        bad = [
            component
            for component in (state.components if state else ())
            if component.state in _BAD_STATES
        ]
        self.stop()
        lines = ["the stack did not become ready:"]
        for component in bad:
            lines.append(f"  {component.name} is {component.state}; its log ends with:")
            tail = logs.read_tail(self._layout.log_of(component.name), _TAIL_LINES)
            lines += [f"    {line}" for line in tail or ["(nothing)"]]
        raise errors.ComponentFailed("\n".join(lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be started, where, and for how long.

    Attributes:
        root: the project.
        settings: where programs are found.
        detached: whether the stack outlives this process.
    """

    root: Path
    settings: binaries.Settings
    options: assembly.Options
    detached: bool


def run(request: Request, shown: progress.Progress, out: TextIO) -> int:
    """Starts a stack, verifies it, and stays with it unless it is detached.

    Args:
        request: what to start.
        shown: is told what goes on.
        out: gets the lines of the verification.

    Returns:
        0 when all was verified, or after a clean stop by Ctrl-C; 1 when not.

    Raises:
        StackRunning: a stack runs already.
        SpecInvalid: the spec has findings.
        EnvironmentFailed: a program, a port or a component failed.
    """
    running: Running | None = None
    declared = loading.require(request.root)
    try:
        with launching.take_turn(request.settings.cache, shown.say):
            running = start(declared, request, shown)
            running.await_known()
            verify = _prepare_verification(declared, request, shown, out)
            running.await_ready()
        is_verified = verify()
        shown.say(running.describe_console())
        if request.detached:
            return 0 if is_verified else 1
        shown.say("running; Ctrl-C stops everything")
        running.watch()
    except KeyboardInterrupt:
        if running is not None:
            running.stop()
    return 0


def start(
    declared: monitoring.Monitoring, request: Request, shown: progress.Progress
) -> Running:
    """Starts a stack; it may not be ready yet.

    Raises:
        StackRunning: one runs already.
        EnvironmentFailed: a program, a port or a folder is missing.
    """
    place = layout.Layout.of_project(request.root)
    with launching.hold_lock(place) as lock:
        left = asyncio.run(launching.end_leftovers(place))
        if left:
            shown.say(f"ended what an earlier stack left: {', '.join(left)}")
        asyncio.run(
            assembly.assemble(declared, place, request.settings, request.options, shown)
        )
        if request.detached:
            process = launching.launch(place, lock, leash=None)
            return Running(place, process, shown)
        reading, writing = os.pipe()
        process = launching.launch(place, lock, leash=reading)
        os.close(reading)
        # Nobody writes there: it closes when this process ends, however it ends.
        return Running(place, process, shown, leash=writing)


def _prepare_verification(
    declared: monitoring.Monitoring,
    request: Request,
    shown: progress.Progress,
    out: TextIO,
) -> Callable[[], bool]:
    """Gives what verifies the stack once it is ready, and prints what it found.

    Right after the start nothing has been scraped or evaluated yet: failures are given
    time to pass. Without the reference platform some lines cannot, however long one
    waits.
    """
    # Not before the components are starting: it takes as long to import as they do.
    from sightline.app import verify  # noqa: PLC0415
    from sightline.verify import formatting  # noqa: PLC0415

    patience = _VERIFY_SECONDS if request.options.with_demo else _BRIEF_VERIFY_SECONDS
    prepared = verify.prepare(
        declared, verify.Request(root=request.root, patience_seconds=patience)
    )

    def run_verification() -> bool:
        report = verify.look(prepared, shown.say)
        out.write(formatting.render_text(report))
        out.flush()
        return report.is_ok

    return run_verification
