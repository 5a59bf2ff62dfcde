"""A server that closes the connection just when it is asked."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from sightline import errors
from sightline.clients import servers

pytestmark = pytest.mark.integration

_ANSWER = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok"


@contextlib.asynccontextmanager
async def _break_first(breaks: int, asked: list[bytes]) -> AsyncIterator[str]:
    """A server that hangs up on so many requests, and then answers."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        asked.append(head.split()[0])
        if len(asked) > breaks:
            writer.write(_ANSWER)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_read_that_is_cut_off_is_asked_once_more() -> None:
    asked: list[bytes] = []
    async with _break_first(1, asked) as url, servers.open_client() as client:
        server = servers.Server("Alertmanager", url, client)
        assert await server.get("/api/v2/status", "its status") == b"ok"
    assert asked == [b"GET", b"GET"]


async def test_a_read_that_is_cut_off_twice_fails() -> None:
    asked: list[bytes] = []
    async with _break_first(2, asked) as url, servers.open_client() as client:
        server = servers.Server("Alertmanager", url, client)
        with pytest.raises(errors.ServerUnavailable) as failure:
            await server.get("/api/v2/status", "its status")
    assert str(failure.value) == (
        f"asked Alertmanager at {url} for its status:"
        " Server disconnected without sending a response."
    )


async def test_what_writes_is_never_sent_twice() -> None:
    asked: list[bytes] = []
    async with _break_first(1, asked) as url, servers.open_client() as client:
        server = servers.Server("Alertmanager", url, client)
        with pytest.raises(errors.ServerUnavailable):
            await server.send_json("POST", "/api/v2/silences", "a silence", {})
    assert asked == [b"POST"]
