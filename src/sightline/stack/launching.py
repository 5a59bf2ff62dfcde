"""Starting the supervisor: one per stack, with what an earlier one left removed."""

import asyncio
import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sightline import errors
from sightline.stack import guard, layout, logs, processes, states

__all__ = ["end_leftovers", "hold_lock", "launch", "take_turn"]

_LEFTOVER_GRACE_SECONDS: Final = 3.0
_STOP: Final = 15


@contextmanager
def hold_lock(place: layout.Layout) -> Iterator[int]:
    """Holds the lock on a stack's data; gives its descriptor, to be inherited.

    The supervisor inherits it and keeps the lock when this ends.

    Raises:
        StackRunning: somebody else holds it.
    """
    place.create()
    descriptor = os.open(place.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
            raise errors.StackRunning(
                f"a stack already runs on {place.home} (process {owner or 'unknown'});"
                " see it with `./sightline status`, stop it with `./sightline down`"
            ) from error
        _write_owner(descriptor, os.getpid())
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def take_turn(cache: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Waits until no other stack of this user is being started, and keeps it so.

    Between the choice of a free port and its use anybody may take it. Two stacks that
    start at once, each in its own project, would.
    """
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "starting.lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another stack is being started; waiting for that")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def launch(
    place: layout.Layout, lock: int, leash: int | None
) -> subprocess.Popen[bytes]:
    """Starts the supervisor on the plan that was written.

    Args:
        place: the stack's files.
        lock: the descriptor from `hold_lock`.
        leash: the reading end of a pipe; the supervisor ends when the pipe does.
    """
    command = [sys.executable, "-m", "sightline.stack.daemon", str(place.home)]
    output = logs.open_log(place.log_of("supervisor"))
    try:
        process = subprocess.Popen(  # noqa: S603 - ourselves
            command if leash is None else [*command, "--leashed"],
            stdin=subprocess.DEVNULL if leash is None else leash,
            stdout=output,
            stderr=output,
            pass_fds=(lock,),
            start_new_session=True,
        )
    finally:
        os.close(output)
    _write_owner(lock, process.pid)
    return process


async def end_leftovers(place: layout.Layout) -> tuple[str, ...]:
    """Ends what an earlier stack left running, and gives the names of that.

    Only processes that are the recorded ones are touched: same number, same start.
    """
    state = states.read_state(place.state)
    if state is None:
        return ()
    left = {
        component.pid: component.name
        for component in state.components
        if component.pid is not None
        and component.started is not None
        and processes.observe_start(component.pid) == component.started
    }
    if left:
        signals = dict.fromkeys(left, _STOP)
        await asyncio.to_thread(guard.end_groups, signals, _LEFTOVER_GRACE_SECONDS)
    place.state.unlink(missing_ok=True)
    return tuple(left.values())


def _write_owner(descriptor: int, pid: int) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{pid}\n".encode("ascii"), 0)
