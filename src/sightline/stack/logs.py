"""Logs of components: appended to by the components, bounded by the supervisor."""

import os
import shutil
from collections import deque
from pathlib import Path
from typing import Final

__all__ = ["LIMIT_BYTES", "bound_log", "open_log", "read_tail"]

LIMIT_BYTES: Final = 8 << 20
"""A log is cut when it is longer; one older part of that length is kept."""


def open_log(path: Path) -> int:
    """Gives a descriptor that appends to a log; the caller closes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)


def bound_log(path: Path, limit_bytes: int = LIMIT_BYTES) -> bool:
    """Moves a long log's content to `<name>.log.1`; says whether it was long.

    The component keeps its descriptor, so the file is emptied, not replaced. What is
    written between copy and cut is lost: a few lines at most.
    """
    try:
        if path.stat().st_size <= limit_bytes:
            return False
    except FileNotFoundError:
        return False
    shutil.copyfile(path, path.with_name(f"{path.name}.1"))
    os.truncate(path, 0)
    return True


def read_tail(path: Path, lines: int) -> list[str]:
    """Gives the last lines of a log; none when there is no log yet."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return [line.rstrip("\n") for line in deque(file, lines)]
    except FileNotFoundError:
        return []
