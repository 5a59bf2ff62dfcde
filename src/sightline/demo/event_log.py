"""Events as lines of JSON in a file, which the collectors make metrics of."""

import contextlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

__all__ = ["FOLDER", "EventLog"]

FOLDER: Final = "events"
"""Where the logs are, in the storage of the platform."""

_MOST_BYTES: Final = 4 << 20


class EventLog:
    """Appends to a file, and renames it to `<name>.1` when it is full.

    Args:
        file: made with the first event.
        clock: Unix seconds.
        most_bytes: when a new file is begun.
    """

    def __init__(
        self,
        file: Path,
        clock: Callable[[], float] = time.time,
        most_bytes: int = _MOST_BYTES,
    ) -> None:
        self._file = file
        self._clock = clock
        self._most_bytes = most_bytes
        self._descriptor: int | None = None

    def write(self, event: str, **fields: str | float) -> None:
        """Writes one event with its time; nobody's request fails because it cannot."""
        known = {name: value for name, value in fields.items() if value != ""}
        document = {"at": round(self._clock(), 3), "event": event, **known}
        with contextlib.suppress(OSError):
            self._append(json.dumps(document).encode() + b"\n")

    def _append(self, line: bytes) -> None:
        if self._descriptor is None:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(
                self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600
            )
        os.write(self._descriptor, line)
        if os.fstat(self._descriptor).st_size >= self._most_bytes:
            self._file.rename(self._file.with_name(f"{self._file.name}.1"))
            os.close(self._descriptor)
            self._descriptor = None
