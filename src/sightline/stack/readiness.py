"""Asking whether a component is ready."""

import asyncio
import contextlib
import urllib.parse
from typing import Final, assert_never

from sightline.model import components

__all__ = ["is_ready"]

_ANSWER_SECONDS: Final = 2.0


async def is_ready(readiness: components.Readiness) -> bool:
    """Says whether a component is ready now; never waits longer than two seconds."""
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            return await _ask(readiness)
    except (OSError, TimeoutError):
        return False


async def _ask(readiness: components.Readiness) -> bool:
    match readiness:
        case components.HttpReady(url):
            return await _answers_ok(url)
        case components.TcpReady(host, port):
            _, writer = await asyncio.open_connection(host, port)
            await _close(writer)
            return True
        case components.FileReady(path):
            return await asyncio.to_thread(path.exists)
        case components.CommandReady(argv):
            return await _ends_well(argv)
        case _:
            assert_never(readiness)


async def _answers_ok(url: str) -> bool:
    """Reads no further than the status line: a whole client would cost 20 MiB."""
    parts = urllib.parse.urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
    try:
        request = f"GET {parts.path or '/'} HTTP/1.0\r\nHost: {parts.netloc}\r\n\r\n"
        writer.write(request.encode("ascii"))
        await writer.drain()
        status = (await reader.readline()).split(maxsplit=2)
    finally:
        await _close(writer)
    return len(status) > 1 and status[1] == b"200"


async def _ends_well(argv: tuple[str, ...]) -> bool:
    process = await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        return await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
