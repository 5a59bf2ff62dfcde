"""Processes of the operating system: started, recognised, measured, ended."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline import errors
from sightline.model import components
from sightline.stack import guard, logs

__all__ = [
    "Guard",
    "end_group",
    "observe_rss",
    "observe_start",
    "spawn",
]

_ENTER_AND_BECOME: Final = 'echo "+ $$ $0" >&0; exec "$@" </dev/null'
"""Enters the process in the guard's pipe, which is standard input, then becomes it."""

_PROC: Final = Path("/proc")
_STAT_START_FIELD: Final = 19
"""`starttime` in /proc/PID/stat, counted after the name; see proc_pid_stat(5)."""


class Guard:
    """The guard's process, and the end of its pipe that the supervisor holds."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._pipe = -1
        self._entered: dict[int, int] = {}

    @property
    def pipe(self) -> int:
        """The descriptor where components enter themselves."""
        return self._pipe

    @property
    def pid(self) -> int | None:
        """The guard's process; `None` before its start."""
        return None if self._process is None else self._process.pid

    async def start(self) -> None:
        """Starts a guard that knows of every component that runs already."""
        reading, self._pipe = os.pipe()
        # Isolated and without site: a third of the memory, and nothing to go wrong.
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", str(guard.__file__)),
            stdin=reading,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(reading)
        for pid, number in self._entered.items():
            self._write(f"+ {pid} {number}\n")

    async def keep(self) -> None:
        """Replaces a guard that was killed, for as long as this is awaited."""
        while self._process is not None:
            await self._process.wait()
            os.close(self._pipe)
            await self.start()

    def enter(self, pid: int, stop_signal: signal.Signals) -> None:
        """Remembers what a component has written itself, for the next guard."""
        self._entered[pid] = stop_signal.value

    def strike(self, pid: int) -> None:
        """Tells that a component has ended: its number may soon be somebody else's."""
        if self._entered.pop(pid, None) is not None:
            self._write(f"- {pid}\n")

    async def stop(self) -> None:
        """Lets the guard go, with nothing left to end."""
        process, self._process = self._process, None
        if process is not None:
            os.close(self._pipe)
            await process.wait()

    def _write(self, line: str) -> None:
        # A guard that was just killed: the next one is told everything.
        with contextlib.suppress(BrokenPipeError):
            os.write(self._pipe, line.encode())


async def spawn(
    component: components.Component, log: Path, watch: Guard
) -> asyncio.subprocess.Process:
    """Starts a component in a session of its own, entered in the guard's list.

    Raises:
        ComponentFailed: there is no shell or no such working directory.
    """
    output = logs.open_log(log)
    try:
        process = await asyncio.create_subprocess_exec(
            *("/bin/sh", "-c", _ENTER_AND_BECOME),
            *(str(component.stop_signal.value), *component.argv),
            cwd=component.working_directory,
            env={**os.environ, **component.environment},
            stdin=watch.pipe,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    except OSError as error:
        raise errors.ComponentFailed(f"{component.name}: {error}") from error
    finally:
        os.close(output)
    watch.enter(process.pid, component.stop_signal)
    return process


def end_group(pid: int) -> None:
    """Kills what a process has left behind in its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def observe_start(pid: int) -> str | None:
    """Gives when a process was started, in the system's words; `None` if it is gone.

    Together with the number it is an identity: numbers are used again, pairs not.
    """
    if _PROC.is_dir():
        try:
            fields = Path(_PROC, str(pid), "stat").read_text("ascii", "replace")
        except OSError:
            return None
        state, *rest = fields.rpartition(")")[2].split()
        return None if state == "Z" else rest[_STAT_START_FIELD - 1]
    listed = _run_ps("-o", "lstart=", "-p", str(pid))
    return listed[0].strip() if listed else None


def observe_rss(roots: Iterable[int]) -> Mapping[int, int]:
    """Gives the resident bytes of each process with its descendants.

    Pages that a family shares are counted once, as far as the system tells: by their
    plain sum, PostgreSQL's buffers would count again for every connection.
    """
    observed = _observe_memory()
    families: dict[int, list[_Memory]] = {root: [] for root in roots}
    for pid, memory in observed.items():
        ancestor = pid
        while ancestor not in families and ancestor in observed:
            ancestor = observed[ancestor].parent
        if ancestor in families:
            families[ancestor].append(memory)
    return {
        root: sum(one.private_bytes for one in family)
        + max((one.shared_bytes for one in family), default=0)
        for root, family in families.items()
    }


@dataclass(frozen=True, slots=True)
class _Memory:
    """The memory of one process, and whose child it is."""

    parent: int
    private_bytes: int
    shared_bytes: int


def _observe_memory() -> Mapping[int, _Memory]:
    if not _PROC.is_dir():
        rows = (map(int, line.split()) for line in _run_ps("-axo", "pid=,ppid=,rss="))
        return {pid: _Memory(parent, size << 10, 0) for pid, parent, size in rows}
    observed: dict[int, _Memory] = {}
    page = os.sysconf("SC_PAGE_SIZE")
    for entry in _PROC.iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):  # it may end while we look
            stat = (entry / "stat").read_text("ascii", "replace")
            statm = (entry / "statm").read_text("ascii").split()
            parent = int(stat.rpartition(")")[2].split()[1])
            resident, shared = int(statm[1]) * page, int(statm[2]) * page
            observed[int(entry.name)] = _Memory(parent, resident - shared, shared)
    return observed


def _run_ps(*arguments: str) -> list[str]:
    listed = subprocess.run(  # noqa: S603 - fixed program, arguments of our own
        ["/bin/ps", *arguments], capture_output=True, check=False, text=True
    )
    return listed.stdout.splitlines()
