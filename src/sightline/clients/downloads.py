"""Downloads that are verified, bounded and either complete or absent."""

import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from sightline import errors

__all__ = ["Download", "Progress", "fetch_bytes", "fetch_file", "open_client"]

Progress = Callable[[int], None]
"""Is told how many bytes have arrived so far."""

_TIMEOUT: Final = httpx.Timeout(20.0, pool=None)
_CHUNK_BYTES: Final = 1 << 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file to fetch.

    Attributes:
        sha256: what the content must hash to, in lower-case hexadecimal; `None` only
            where the caller verifies by other means.
        limit_bytes: a longer answer is refused, before it fills the disk.
    """

    url: str
    sha256: str | None
    limit_bytes: int


def open_client(transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """Gives an HTTP client that follows redirects and the usual proxy variables."""
    return httpx.AsyncClient(
        transport=transport, follow_redirects=True, timeout=_TIMEOUT, trust_env=True
    )


async def fetch_file(
    client: httpx.AsyncClient,
    download: Download,
    destination: Path,
    progress: Progress = lambda _: None,
) -> None:
    """Fetches a file; `destination` appears only when all of it has verified.

    Raises:
        FetchFailed: the server could not be reached, did not answer 200, sent more
            than allowed, or sent something else than was expected.
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    with _temporary_beside(destination) as partial:
        digest = hashlib.sha256()
        with partial.open("wb") as file:
            async with _stream(client, download, progress) as chunks:
                async for chunk in chunks:
                    digest.update(chunk)
                    file.write(chunk)
        _verify(download, digest.hexdigest())
        partial.replace(destination)


async def fetch_bytes(client: httpx.AsyncClient, download: Download) -> bytes:
    """Fetches a small file into memory, verified in the same way.

    Raises:
        FetchFailed: as `fetch_file`.
    """
    content = bytearray()
    async with _stream(client, download, lambda _: None) as chunks:
        async for chunk in chunks:
            content += chunk
    _verify(download, hashlib.sha256(content).hexdigest())
    return bytes(content)


@asynccontextmanager
async def _stream(
    client: httpx.AsyncClient, download: Download, progress: Progress
) -> AsyncIterator[AsyncIterator[bytes]]:
    try:
        async with client.stream("GET", download.url) as response:
            if response.status_code != httpx.codes.OK:
                raise errors.FetchFailed(
                    f"{download.url}: expected status 200, found {response.status_code}"
                )
            yield _bounded(response, download, progress)
    except httpx.HTTPError as error:
        reason = str(error) or type(error).__name__
        raise errors.FetchFailed(f"{download.url}: {reason}") from error


async def _bounded(
    response: httpx.Response, download: Download, progress: Progress
) -> AsyncIterator[bytes]:
    received = 0
    async for chunk in response.aiter_bytes(_CHUNK_BYTES):
        received += len(chunk)
        if received > download.limit_bytes:
            raise errors.FetchFailed(
                f"{download.url}: expected at most {download.limit_bytes} bytes,"
                " found more"
            )
        progress(received)
        yield chunk


def _verify(download: Download, found: str) -> None:
    if download.sha256 is not None and found != download.sha256:
        raise errors.FetchFailed(
            f"{download.url}: expected sha256 {download.sha256}, found {found}"
        )


@contextmanager
def _temporary_beside(destination: Path) -> Iterator[Path]:
    number, name = tempfile.mkstemp(prefix=".partial-", dir=destination.parent)
    os.close(number)
    partial = Path(name)
    try:
        yield partial
    finally:
        partial.unlink(missing_ok=True)
