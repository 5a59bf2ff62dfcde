"""Inputs that wait for what comes: Redis streams and standard input."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

from sightline import errors
from sightline.model import events, keyspaces

__all__ = ["RedisFeed", "StandardFeed", "StreamReader"]

_FIRST: Final = b"0"
_ENTRIES_AT_ONCE: Final = 1000
_PATIENCE_SECONDS: Final = 5.0
_READ_BYTES: Final = 1 << 16
_LONGEST_BYTES: Final = 1 << 20


class StreamReader(Protocol):
    """A Redis that has streams."""

    async def read_stream(
        self, key: str, last: bytes, most: int
    ) -> Sequence[keyspaces.Entry]:
        """Gives entries after an id; waits a little for the first, then gives none.

        Raises:
            SourceFailed: Redis is away, or refuses.
        """


class RedisFeed:
    """The entries of a Redis stream, each once: the last id is kept with the counts."""

    def __init__(self, server: StreamReader, place: events.RedisStream) -> None:
        self._server = server
        self._key = place.key
        self._field = place.field.encode()
        self._last = _FIRST

    async def fetch(self) -> tuple[bytes, bytes]:
        """Gives the next entries as lines, and the id of the last one.

        Raises:
            SourceFailed: Redis is away, or does not answer.
        """
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                entries = await self._server.read_stream(
                    self._key, self._last, _ENTRIES_AT_ONCE
                )
        except TimeoutError as error:
            raise errors.SourceFailed(
                errors.FailureReason.TIMEOUT,
                f"expected the stream {self._key!r} within {_PATIENCE_SECONDS:g} s",
            ) from error
        # An event that is written on several lines is still one event.
        lines = (one.fields.get(self._field, b"") for one in entries)
        joined = b"".join(line.replace(b"\n", b" ") + b"\n" for line in lines)
        if entries:
            self._last = entries[-1].id
        return joined, self._last

    def load(self, state: bytes) -> None:
        """Goes on after the entry with this id."""
        self._last = state

    async def close(self) -> None:
        """Holds nothing open between two readings."""


class StandardFeed:
    """What is piped in, until it ends."""

    def __init__(self, connect: Callable[[], Awaitable[asyncio.StreamReader]]) -> None:
        self._connect = connect
        self._stream: asyncio.StreamReader | None = None
        self._rest = b""

    async def fetch(self) -> tuple[bytes, bytes]:
        """Gives the next whole lines; there is no state to go on from.

        Raises:
            SourceFailed: a line is longer than anything that could be read.
        """
        if self._stream is None:
            self._stream = await self._connect()
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
