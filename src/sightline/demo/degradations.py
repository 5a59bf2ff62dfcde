"""The faults that a process is told to have, read from a folder twice a second."""

import asyncio
import enum
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["Degradation", "Kind", "Watch", "decode", "encode"]

_POLL_SECONDS: Final = 0.5


class Kind(enum.Enum):
    """How a program can be worse than it should be; with its parameters."""

    ERRORS = "errors"
    """Answers `status` to the share `ratio` of the requests."""
    SLOW = "slow"
    """Waits `seconds` before it looks at a request."""
    BACKLOG = "backlog"
    """The worker takes `seconds` for a job, and `depth` jobs keep waiting."""
    FILL = "fill"
    """The worker fills Redis with junk up to the share `ratio` of its memory."""
    COMPONENTS = "components"
    """Whole processes are gone; what is left is at work as ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Degradation:
    """One fault in force.

    Attributes:
        service: the program that obeys it; empty where the supervisor acts.
        started, until: Unix seconds; `until` is `None` when only `clear` ends it.
    """

    service: str
    kind: Kind
    parameters: Mapping[str, float]
    started: float
    until: float | None

    def is_over(self, now: float) -> bool:
        """Tells whether its time has passed."""
        return self.until is not None and now >= self.until


def encode(degradation: Degradation) -> str:
    """Gives the content of a fault's file."""
    document = {
        "service": degradation.service,
        "kind": degradation.kind.value,
        "parameters": dict(degradation.parameters),
        "started": degradation.started,
        "until": degradation.until,
    }
    return json.dumps(document, indent=1) + "\n"


def decode(text: str) -> Degradation:
    """Reads what `encode` gave.

    Raises:
        ValueError: it is something else.
    """
    try:
        document = json.loads(text)
        return Degradation(**{**document, "kind": Kind(document["kind"])})
    except (TypeError, KeyError) as error:
        raise ValueError(f"not a fault: {text!r}") from error


class Watch:
    """What one program suffers from at the moment."""

    def __init__(
        self, folder: Path, program: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._folder = folder
        self._program = program
        self._clock = clock
        self._seen: dict[str, tuple[int, Degradation]] = {}

    async def open(self) -> None:
        """Starts to look."""
        self.look()
        self._looking = asyncio.create_task(self._keep_looking())

    async def close(self) -> None:
        """Stops looking."""
        self._looking.cancel()

    def find(self, kind: Kind) -> Mapping[str, float] | None:
        """Gives the parameters of the fault of this kind in force, or `None`."""
        now = self._clock()
        for _, degradation in self._seen.values():
            if degradation.kind is kind and not degradation.is_over(now):
                return degradation.parameters
        return None

    def look(self) -> None:
        """Reads what is new or changed in the folder, and forgets what is gone."""
        if not self._folder.is_dir():
            self._seen.clear()
            return
        files = {path.name: path for path in self._folder.glob("*.json")}
        self._seen = {
            name: found
            for name, path in files.items()
            if (found := self._read(path)) is not None
            and found[1].service == self._program
        }

    def _read(self, path: Path) -> tuple[int, Degradation] | None:
        try:
            changed = path.stat().st_mtime_ns
            seen = self._seen.get(path.name)
            if seen is not None and seen[0] == changed:
                return seen
            return changed, decode(path.read_text("utf-8"))
        except (OSError, ValueError):
            return None  # removed meanwhile, or half written: the next look tells

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            self.look()
