"""Asking whether a component is ready."""

import asyncio
import contextlib
import json
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
            return await _get(url) is not None
        case components.TcpReady(host, port):
            _, writer = await asyncio.open_connection(host, port)
            await _close(writer)
            return True
        case components.FileReady(path):
            return await asyncio.to_thread(path.exists)
        case components.CommandReady(argv):
            return await _ends_well(argv)
        case components.ClusterReady(url, members):
            return _has_settled(await _get(url), members)
        case _:
            assert_never(readiness)


async def _get(url: str) -> bytes | None:
    """Gives the body of an answer with status 200, and `None` for any other.

    By hand: a whole client would cost the supervisor 20 MiB.
    """
    parts = urllib.parse.urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
    try:
        request = f"GET {parts.path or '/'} HTTP/1.0\r\nHost: {parts.netloc}\r\n\r\n"
        writer.write(request.encode("ascii"))
        await writer.drain()
        # In version 1.0 the answer ends with the connection.
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    finally:
        await _close(writer)
    status = head.split(maxsplit=2)
    return body if len(status) > 1 and status[1] == b"200" else None


def _has_settled(body: bytes | None, members: int) -> bool:
    """Whether an Alertmanager's status speaks of a cluster of that many members."""
    try:
        cluster = json.loads(body or b"{}").get("cluster", {})
    except ValueError:
        return False
    return cluster.get("status") == "ready" and len(cluster.get("peers", ())) == members


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
