"""Redis over one connection, as the platform's programs use it.

The `redis` package would cost 7 MiB in each of eleven processes that are to be small.
"""

import asyncio
from typing import Final

from sightline.clients import resp
from sightline.demo import problems

__all__ = ["Redis", "Reply", "Word"]

Word = resp.Word
Reply = resp.Reply

_TIMEOUT_SECONDS: Final = 2.0


class Redis:
    """A connection that is made when it is needed, and made again when it broke."""

    def __init__(self, address: str) -> None:
        self._host, _, port = address.rpartition(":")
        self._port = int(port)
        self._turn = asyncio.Lock()
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def open(self) -> None:
        """Does nothing yet: Redis may come later than the service."""

    async def close(self) -> None:
        """Closes the connection, if there is one."""
        self._drop()

    async def command(
        self, *words: Word, timeout_seconds: float = _TIMEOUT_SECONDS
    ) -> Reply:
        """Sends one command and gives its reply.

        Raises:
            Unavailable: Redis is away, too slow, or refuses (out of memory).
        """
        (reply,) = await self.commands([words], timeout_seconds=timeout_seconds)
        return reply

    async def commands(
        self,
        batch: list[tuple[Word, ...]],
        timeout_seconds: float = _TIMEOUT_SECONDS,
    ) -> list[Reply]:
        """Sends several commands in one write and gives their replies, in order.

        Raises:
            Unavailable: as `command`.
        """
        async with self._turn:
            try:
                async with asyncio.timeout(timeout_seconds):
                    return await self._exchange_twice(batch)
            except TimeoutError as error:
                self._drop()
                raise problems.Unavailable("redis", timed_out=True) from error
            except (OSError, EOFError) as error:
                self._drop()
                raise problems.Unavailable("redis") from error
            except asyncio.CancelledError:
                self._drop()  # an answer may be half read
                raise

    async def _exchange_twice(self, batch: list[tuple[Word, ...]]) -> list[Reply]:
        """Exchanges anew where Redis had closed a connection that was idle."""
        was_open = self._streams is not None
        try:
            return await self._exchange(batch)
        except (OSError, EOFError):
            self._drop()
            if not was_open:
                raise
        return await self._exchange(batch)

    async def _exchange(self, batch: list[tuple[Word, ...]]) -> list[Reply]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(
                self._host, self._port, limit=resp.LARGEST_LINE_BYTES
            )
        reader, writer = self._streams
        writer.write(b"".join(resp.encode(words) for words in batch))
        await writer.drain()
        replies = [await resp.read_reply(reader) for _ in batch]
        for reply in replies:
            if isinstance(reply, resp.Refusal):
                raise problems.Unavailable("redis", f"refuses: {reply}") from reply
        return [reply for reply in replies if not isinstance(reply, resp.Refusal)]

    def _drop(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
