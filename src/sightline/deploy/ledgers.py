"""The ledger of an environment: who applied what and when, as lines of JSON.

A line is on the disk before what it says is done by anyone else, so that an apply
that is killed at any moment leaves behind what the next one needs. Documents are kept
beside it under their fingerprints; a secret is in neither, for none is in a document.
"""

import contextlib
import datetime as dt
import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TextIO

import msgspec

from sightline import errors
from sightline.deploy import (
    changes,
    ledger_lines,
    memories,
    objects,
    plans,
    recollection,
    resources,
)

__all__ = ["Ledger", "hold_lock"]

_FILE: Final = "ledger.jsonl"
_LOCK: Final = "lock"


class Ledger:
    """The ledger of one environment; an `applying.Journal`.

    Args:
        folder: the environment's own; made for its owner alone.
        who: the person or the machine that applies.
        clock: gives the time, with its zone.
    """

    def __init__(
        self, folder: Path, who: str, clock: Callable[[], dt.datetime]
    ) -> None:
        self._file = folder / _FILE
        self._objects = objects.Objects(folder)
        self._who = who
        self._clock = clock
        self._id = ""

    def read(self) -> memories.Memory:
        """Gives what is known of the past; nothing when there is none.

        Raises:
            EnvironmentFailed: the ledger cannot be read.
        """
        return recollection.recall(self._lines(), self._objects)

    def begin(self, plan: plans.Plan) -> None:
        """Keeps what is going to be done, and all documents of it."""
        self._id = secrets.token_hex(6)
        state = self._objects.keep(plan.state)
        adopted = self._objects.keep(plan.adopted) if plan.adopted else ""
        self._write(
            ledger_lines.Begun(
                id=self._id,
                at=self._clock(),
                who=self._who,
                environment=plan.environment,
                plan=plan.fingerprint,
                state=state,
                changes=tuple(map(_line_of, plan.pending)),
                adopted=adopted,
            )
        )

    def land(
        self, identity: resources.Identity, after: resources.Resource | None
    ) -> None:
        """Keeps that a resource is now `after`, or that it is gone."""
        self._write(
            ledger_lines.Landed(
                id=self._id,
                at=self._clock(),
                resource=identity,
                after=after.fingerprint if after else None,
            )
        )

    def end(self, failure: str = "") -> None:
        """Keeps that everything is done, or why not."""
        self._write(ledger_lines.Ended(id=self._id, at=self._clock(), failure=failure))
        if not failure:
            self._objects.prune(recollection.kept_states(self._lines()))

    def _lines(self) -> Iterator[ledger_lines.Line]:
        try:
            content = self._file.read_bytes()
        except FileNotFoundError:
            return
        except OSError as error:
            raise errors.EnvironmentFailed(
                f"{self._file} cannot be read: {error.strerror}"
            ) from error
        yield from ledger_lines.decode(content)

    def _write(self, line: ledger_lines.Line) -> None:
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(
                self._file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600
            )
            with os.fdopen(descriptor, "r+b", buffering=0) as file:
                # What a kill cut off in the middle stays a line of its own.
                torn = b"" if _ends_whole(descriptor) else b"\n"
                file.write(torn + msgspec.json.encode(line) + b"\n")
                os.fsync(descriptor)
        except OSError as error:
            raise errors.EnvironmentFailed(
                f"{self._file} cannot be written: {error.strerror}; nothing is applied"
                " that cannot be written down"
            ) from error


@contextlib.contextmanager
def hold_lock(folder: Path, who: str) -> Iterator[None]:
    """Keeps every other apply to the environment out while the block runs.

    The lock ends with the process, however it ends.

    Raises:
        ApplyRunning: another apply holds it.
        EnvironmentFailed: the folder cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        file = os.fdopen(descriptor, "r+", encoding="utf-8")
    except OSError as error:
        raise errors.EnvironmentFailed(
            f"{folder} cannot be written: {error.strerror}; the ledger belongs there"
        ) from error
    with file:
        _lock(file)
        file.seek(0)
        file.truncate()
        file.write(f"{who}, process {os.getpid()}")
        file.flush()
        yield


def _lock(file: TextIO) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.seek(0)
        holder = file.read().strip() or "somebody"
        raise errors.ApplyRunning(
            f"another apply is running ({holder}); wait until it has ended"
        ) from error


def _ends_whole(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"


def _line_of(change: changes.Pending) -> ledger_lines.Planned:
    match change:
        case changes.Create(after=after):
            return ledger_lines.Planned(
                action="create", resource=change.identity, after=after.fingerprint
            )
        case changes.Update(before=before, after=after):
            return ledger_lines.Planned(
                action="update",
                resource=change.identity,
                before=before.fingerprint,
                after=after.fingerprint,
            )
        case changes.Delete(before=before):
            return ledger_lines.Planned(
                action="delete", resource=change.identity, before=before.fingerprint
            )
