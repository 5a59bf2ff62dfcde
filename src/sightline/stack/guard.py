"""The guard: ends all components when the supervisor is gone.

A process of its own, started by path so that it imports nothing but what it needs. It
reads a pipe whose other end the supervisor holds. Components enter themselves in the
pipe *before* they become the component (see `processes`), so none can slip through.
The pipe ends when the supervisor ends, however it ends: then the guard sends every
component its stop signal, and SIGKILL to what is left a moment later. That needs
neither PDEATHSIG nor /proc and is the same on Linux and macOS.

Lines: `+ PID SIGNAL` a component is about to start; `- PID` it has ended.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

__all__ = ["end_groups", "follow", "main"]

_GRACE_SECONDS: Final = 4.0
_POLL_SECONDS: Final = 0.05


def main() -> int:
    """Follows standard input to its end, then ends what was entered there."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end_groups(follow(sys.stdin), _GRACE_SECONDS)
    return 0


def follow(lines: Iterable[str]) -> Mapping[int, int]:
    """Gives the stop signal of every process that was entered and did not end."""
    entered: dict[int, int] = {}
    for line in lines:
        match line.split():
            case ["+", pid, number]:
                entered[int(pid)] = int(number)
            case ["-", pid]:
                entered.pop(int(pid), None)
            case _:
                continue
    return entered


def end_groups(entered: Mapping[int, int], grace_seconds: float) -> None:
    """Ends processes with their groups: gently, and after the grace surely."""
    for pid, number in entered.items():
        _send(pid, number)
    end = time.monotonic() + grace_seconds
    left = set(entered)
    while left:
        is_over = time.monotonic() >= end
        for pid in [pid for pid in left if is_over or not _is_running(pid)]:
            _kill_group(pid)
            left.remove(pid)
        time.sleep(_POLL_SECONDS)


def _is_running(pid: int) -> bool:
    """Says whether a process runs; one that ended and was not reaped does not."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    with contextlib.suppress(OSError):
        stat = Path("/proc", str(pid), "stat").read_text("ascii", "replace")
        return stat.rpartition(")")[2].split()[0] != "Z"
    return True


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
