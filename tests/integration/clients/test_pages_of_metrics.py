"""Pages as a careless server gives them, over a real connection."""

import asyncio
import contextlib
import gzip
import re
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from sightline import errors
from sightline.clients import expositions, servers

pytestmark = pytest.mark.integration

_Answering = Callable[[asyncio.StreamWriter], Awaitable[None]]


def answer(
    body: bytes, status: str = "200 OK", **headers: str
) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    async def write(writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status}", "connection: close"]
        lines += [f"{k.replace('_', '-')}: {v}" for k, v in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await writer.drain()

    return write


@contextlib.asynccontextmanager
async def serve(answering: _Answering) -> AsyncIterator[str]:
    serving: set[asyncio.Task[None] | None] = set()

    async def serve_one(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        serving.add(asyncio.current_task())
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await reader.readuntil(b"\r\n\r\n")
            await answering(writer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve_one, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        yield f"http://127.0.0.1:{port}"
        for task in filter(None, serving):
            task.cancel()
        await asyncio.gather(*filter(None, serving))


async def fetch(
    answering: _Answering, timeout_seconds: float = 5.0, limit_bytes: int = 1 << 20
) -> expositions.Page:
    async with serve(answering) as url, servers.open_client() as client:
        return await expositions.fetch_page(
            client,
            url.replace("http://", "http://name:secret@") + "/metrics?token=secret",
            timeout_seconds=timeout_seconds,
            limit_bytes=limit_bytes,
        )


async def test_a_page_is_given_with_its_address_and_no_secret() -> None:
    page = await fetch(answer(b"up 1\n", content_type="text/plain; version=0.0.4"))
    assert (page.text, page.is_openmetrics) == ("up 1\n", False)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/metrics", page.url)


async def test_openmetrics_says_so_of_itself() -> None:
    kind = "application/openmetrics-text; version=1.0.0; charset=utf-8"
    page = await fetch(answer(b"# EOF\n", content_type=kind))
    assert page.is_openmetrics


async def test_a_compressed_page_is_read() -> None:
    body = gzip.compress(b"up 1\n" * 10_000)
    page = await fetch(answer(body, content_encoding="gzip"))
    assert page.text == "up 1\n" * 10_000


async def hang(writer: asyncio.StreamWriter) -> None:
    del writer
    await asyncio.sleep(60)


async def drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"up 1\n")
        await writer.drain()
        await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("answering", "reason"),
    [
        (answer(b"gone", "404 Not Found"), "status 404"),
        (answer(b"", "302 Found", location="/login"), "status 302, to '/login'"),
        (
            answer(b"<!DOCTYPE html><html>", content_type="text/html"),
            "expected a metrics page, found HTML; the usual path is /metrics",
        ),
        (
            answer(b"\n <html>"),
            "expected a metrics page, found HTML; the usual path is /metrics",
        ),
        (
            answer(b"up 1\n", content_length="500"),
            (
                "peer closed connection without sending complete message body "
                "(received 5 bytes, expected 500)"
            ),
        ),
        (
            answer(b"up 1\nup{a='\xff'} 1\n"),
            "expected UTF-8, found another byte in line 2",
        ),
        (answer(b"x" * ((1 << 20) + 1)), "more than 1 MiB; nobody scrapes that"),
        (
            answer(gzip.compress(b"\0" * (50 << 20)), content_encoding="gzip"),
            "more than 1 MiB; nobody scrapes that",
        ),
        (
            answer(b"no gzip", content_encoding="gzip"),
            "Error -3 while decompressing data: incorrect header check",
        ),
    ],
)
async def test_a_page_that_cannot_be_read_is_refused_with_a_reason(
    answering: _Answering, reason: str
) -> None:
    with pytest.raises(errors.ServerUnavailable) as raised:
        await fetch(answering)
    message = re.sub(r":\d+/", "/", str(raised.value))
    assert message == (
        f"asked the service at http://127.0.0.1/metrics for its metrics: {reason}"
    )


@pytest.mark.parametrize("answering", [hang, drip])
async def test_a_page_that_does_not_end_is_given_up(answering: _Answering) -> None:
    with pytest.raises(
        errors.ServerUnavailable, match=r"no whole answer within 0\.2 s$"
    ):
        await fetch(answering, timeout_seconds=0.2)


async def test_nobody_listens() -> None:
    async with serve(hang) as url:
        pass
    async with servers.open_client() as client:
        with pytest.raises(errors.ServerUnavailable, match="is it running") as raised:
            await expositions.fetch_page(client, url)
    assert "/metrics for its metrics: nothing answers there" in str(raised.value)


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://x/", "http://", "http://[::"])
async def test_what_is_no_address_is_said(url: str) -> None:
    async with servers.open_client() as client:
        with pytest.raises(errors.InputError, match="expected an address"):
            await expositions.fetch_page(client, url)
