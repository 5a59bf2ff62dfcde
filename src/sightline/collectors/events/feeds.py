"""Inputs that wait for what comes: Redis streams and standard input."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from sightline import errors

__all__ = ["Entry", "RedisFeed", "StandardFeed", "StreamReader"]

_FIRST: Final = b"0"
_ENTRIES_AT_ONCE: Final = 1000
_READ_BYTES: Final = 1 << 16
_LONGEST_BYTES: Final = 1 << 20

Entry = tuple[bytes, Mapping[bytes, bytes]]
"""The id of an entry of a Redis stream, and its fields."""


class StreamReader(Protocol):
    """A connection to a Redis that has a stream."""

    async def read_after(self, last: bytes, most: int) -> Sequence[Entry]:
        """Gives entries after an id; waits a little for the first, then gives none.

        Raises:
            SourceFailed: Redis is away, or refuses.
        """

    async def close(self) -> None:
        """Closes the connection."""


class RedisFeed:
    """The entries of a Redis stream, each once: the last id is kept with the counts."""

    def __init__(self, reader: StreamReader, field: str) -> None:
        self._reader = reader
        self._field = field.encode()
        self._last = _FIRST

    async def fetch(self) -> tuple[bytes, bytes]:
        """Gives the next entries as lines, and the id of the last one.

        Raises:
            SourceFailed: Redis is away.
        """
        entries = await self._reader.read_after(self._last, _ENTRIES_AT_ONCE)
        lines = (fields.get(self._field, b"") for _, fields in entries)
        # An event on several lines is still one event.
        joined = b"".join(line.replace(b"\n", b" ") + b"\n" for line in lines)
        if entries:
            self._last = entries[-1][0]
        return joined, self._last

    def load(self, state: bytes) -> None:
        """Goes on after the entry with this id."""
        self._last = state

    async def close(self) -> None:
        """Closes the connection."""
        await self._reader.close()


class StandardFeed:
    """What is piped in, until it ends."""

    def __init__(self, stream: asyncio.StreamReader) -> None:
        self._stream = stream
        self._rest = b""

    async def fetch(self) -> tuple[bytes, bytes]:
        """Gives the next whole lines; there is no state to go on from.

        Raises:
            SourceFailed: a line is longer than anything that could be read.
        """
        while True:
            block = await self._stream.read(_READ_BYTES)
            if not block:
                return await self._finish()
            whole, found, rest = (self._rest + block).rpartition(b"\n")
            self._rest = rest
            if len(rest) > _LONGEST_BYTES:
                self._rest = b""
                raise errors.SourceFailed(
                    errors.FailureReason.ANSWER,
                    f"expected lines of at most {_LONGEST_BYTES} bytes on standard"
                    " input, found a longer one; it is not counted",
                )
            if found:
                return whole + found, b""

    def load(self, state: bytes) -> None:
        """Nothing can be read again."""

    async def close(self) -> None:
        """Standard input belongs to the process."""

    async def _finish(self) -> tuple[bytes, bytes]:
        if self._rest:
            last, self._rest = self._rest, b""
            return last, b""
        # It has ended for good; the metrics stay.
        await asyncio.Event().wait()
        return b"", b""
