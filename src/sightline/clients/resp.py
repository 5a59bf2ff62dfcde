"""RESP, the wire protocol of Redis: words out, replies in.

https://redis.io/docs/latest/develop/reference/protocol-spec/
"""

import asyncio
from collections.abc import Sequence

__all__ = ["LARGEST_LINE_BYTES", "Refusal", "Reply", "Word", "encode", "read_reply"]

Word = str | int | float | bytes
Reply = int | bytes | None | list["Reply"]

LARGEST_LINE_BYTES = 1 << 20


class Refusal(Exception):
    """An error reply, in the words of Redis; the first word is its code."""

    @property
    def code(self) -> str:
        """The code, such as `LOADING`."""
        return str(self).partition(" ")[0]


def encode(words: Sequence[Word]) -> bytes:
    """Gives one command as it goes over the wire."""
    parts = [b"*%d\r\n" % len(words)]
    for word in words:
        raw = word if isinstance(word, bytes) else str(word).encode()
        parts.append(b"$%d\r\n%b\r\n" % (len(raw), raw))
    return b"".join(parts)


async def read_reply(reader: asyncio.StreamReader) -> Reply | Refusal:
    """Gives the next reply; an error reply is given, not raised.

    So every reply of a batch is read whatever the others are.

    Raises:
        OSError: the connection broke, or what came is not RESP.
        EOFError: it ended in the middle.
    """
    line = await reader.readuntil(b"\r\n")
    kind, rest = line[:1], line[1:-2]
    try:
        match kind:
            case b"+":
                return rest
            case b"-":
                return Refusal(rest.decode(errors="replace"))
            case b":":
                return int(rest)
            case b"$":
                return await _read_bulk(reader, int(rest))
            case b"*":
                return await _read_array(reader, int(rest))
            case _:
                pass
    except ValueError as error:
        raise ConnectionError(f"not a reply of Redis: {line!r}") from error
    raise ConnectionError(f"not a reply of Redis: {line!r}")


async def _read_bulk(reader: asyncio.StreamReader, length: int) -> bytes | None:
    if length < 0:
        return None
    content = await reader.readexactly(length + 2)
    return content[:-2]


async def _read_array(reader: asyncio.StreamReader, length: int) -> list[Reply] | None:
    if length < 0:
        return None
    items = [await read_reply(reader) for _ in range(length)]
    return [item for item in items if not isinstance(item, Refusal)]
