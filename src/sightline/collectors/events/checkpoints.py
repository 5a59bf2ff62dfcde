"""What was counted and how far was read, kept together: both or neither.

One SQLite transaction writes all that has changed. A process that is killed at any
moment finds the state of its last transaction, and reads on from there.
"""

import hashlib
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sightline import errors

__all__ = ["Checkpoint"]

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS states (
  part TEXT NOT NULL,
  name TEXT NOT NULL,
  state BLOB NOT NULL,
  PRIMARY KEY (part, name)
) WITHOUT ROWID
"""
_WRITE: Final = "INSERT OR REPLACE INTO states (part, name, state) VALUES (?, ?, ?)"


class Checkpoint:
    """The kept state of one stream.

    Args:
        file: made when it is not there, readable by its owner alone.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        # Digests of what the file holds, by part and name.
        self._written: dict[tuple[str, str], bytes] = {}
        self._rows: sqlite3.Connection | None = None

    def load(self, part: str) -> Mapping[str, bytes]:
        """Gives the states of a part by name; none on the first run.

        Raises:
            SourceFailed: the file cannot be read, or is no checkpoint.
        """
        try:
            found = self._open().execute(
                "SELECT name, state FROM states WHERE part = ?", (part,)
            )
            states = dict(found.fetchall())
        except sqlite3.Error as error:
            raise self._failure(error) from error
        self._written |= {(part, name): _digest(one) for name, one in states.items()}
        return states

    def save(self, parts: Mapping[str, Mapping[str, bytes]]) -> None:
        """Writes what has changed, in one transaction; other names are dropped.

        Raises:
            SourceFailed: it cannot be written; nothing has changed then.
        """
        states = {
            (part, name): state
            for part, named in parts.items()
            for name, state in named.items()
        }
        digests = {key: _digest(state) for key, state in states.items()}
        changed = [key for key in states if self._written.get(key) != digests[key]]
        gone = self._written.keys() - states.keys()
        if not changed and not gone:
            return
        try:
            with self._open() as rows:
                rows.executemany(_WRITE, [(*key, states[key]) for key in changed])
                rows.executemany(
                    "DELETE FROM states WHERE part = ? AND name = ?", list(gone)
                )
        except sqlite3.Error as error:
            raise self._failure(error) from error
        self._written = digests

    def close(self) -> None:
        """Closes the file."""
        if self._rows is not None:
            self._rows.close()
            self._rows = None

    def _open(self) -> sqlite3.Connection:
        if self._rows is None:
            try:
                self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._file.touch(mode=0o600)
            except OSError as error:
                raise self._failure(error) from error
            self._rows = sqlite3.connect(self._file)
            # A kill loses nothing so; only a crash of the whole machine may.
            self._rows.execute("PRAGMA journal_mode = WAL")
            self._rows.execute("PRAGMA synchronous = NORMAL")
            self._rows.execute(_TABLE)
        return self._rows

    def _failure(self, error: Exception) -> errors.SourceFailed:
        return errors.SourceFailed(
            errors.FailureReason.STORAGE,
            f"expected to keep a checkpoint in {self._file}, found: {error};"
            " make the folder writable, or remove a file that is damaged",
        )


def _digest(state: bytes) -> bytes:
    return hashlib.blake2b(state, digest_size=16).digest()
