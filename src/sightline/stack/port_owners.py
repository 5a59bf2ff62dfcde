"""Who listens on a port: for messages only, so that every answer will do."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

__all__ = ["describe_owner"]

_NOBODY_KNOWN: Final = "another process"
_TCP_TABLES: Final = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_LISTENING: Final = "0A"
"""The state `TCP_LISTEN`; see proc_pid_net(5)."""


def describe_owner(port: int) -> str:
    """Gives `name (process 123)` for who listens on a port, as far as can be seen."""
    pid = _find_in_proc(port) or _ask_lsof(port)
    if pid is None:
        return _NOBODY_KNOWN
    name = "a process"
    with contextlib.suppress(OSError):
        name = Path("/proc", str(pid), "comm").read_text("utf-8").strip()
    return f"{name} (process {pid})"


def _find_in_proc(port: int) -> int | None:
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    if not sockets:
        return None
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # gone, or somebody else's
            for descriptor in (folder / "fd").iterdir():
                if str(descriptor.readlink()) in sockets:
                    return int(folder.name)
    return None


def _listening_inodes(port: int) -> Iterator[str]:
    for table in _TCP_TABLES:
        with contextlib.suppress(OSError):
            for line in table.read_text("ascii").splitlines()[1:]:
                fields = line.split()
                local_port = int(fields[1].rpartition(":")[2], 16)
                if local_port == port and fields[3] == _LISTENING:
                    yield fields[9]


def _ask_lsof(port: int) -> int | None:
    lsof = shutil.which("lsof")
    if lsof is None:
        return None
    listed = subprocess.run(  # noqa: S603 - lsof from PATH, with a number
        [lsof, "-nP", "-t", f"-iTCP:{port}", "-sTCP:LISTEN"],
        capture_output=True,
        check=False,
        text=True,
    )
    first = listed.stdout.split()
    return int(first[0]) if first else None
