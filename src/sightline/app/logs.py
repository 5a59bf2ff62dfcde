"""Gives the log of a component."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sightline import errors
from sightline.stack import layout
from sightline.stack import logs as stack_logs

__all__ = ["find", "follow", "tail"]

_POLL_SECONDS: Final = 0.2


def find(root: Path, name: str) -> Path:
    """Gives the log of a component.

    Raises:
        InputError: there is no such log; the message names those that there are.
    """
    place = layout.Layout.of_project(root)
    path = place.log_of(name)
    known = sorted(log.stem for log in place.logs.glob("*.log"))
    if name not in known:
        listed = ", ".join(known) or "none yet: start a stack with ./sightline up"
        raise errors.InputError(f"no log of {name!r}; there are: {listed}")
    return path


def tail(path: Path, lines: int) -> list[str]:
    """Gives the last lines of a log."""
    return stack_logs.read_tail(path, lines)


def follow(path: Path) -> Iterator[str]:
    """Gives what is appended to a log from now on; never ends by itself."""
    with path.open(encoding="utf-8", errors="replace") as file:
        position = file.seek(0, 2)
        while True:
            if path.stat().st_size < position:  # it was cut: begin anew
                file.seek(0)
            text = file.read()
            position = file.tell()
            if text:
                yield text
            else:
                time.sleep(_POLL_SECONDS)
