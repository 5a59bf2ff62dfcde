"""Downloads that are verified, bounded and either complete or absent."""

import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from sightline import errors

if TYPE_CHECKING:
    import httpx

__all__ = ["Client", "Download", "Progress", "fetch_bytes", "fetch_file"]

Progress = Callable[[int], None]
"""Is told how many bytes have arrived so far."""

_TIMEOUT_SECONDS: Final = 20.0
_CHUNK_BYTES: Final = 1 << 18
_OK: Final = 200


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


class Client:
    """An HTTP client that follows redirects and the usual proxy variables.

    The first download makes it: it takes a tenth of a second, which nobody waits for
    who has everything already.
    """

    def __init__(self, transport: "httpx.AsyncBaseTransport | None" = None) -> None:
        self._transport = transport
        self._opened: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        """Gives itself, to be closed behind the last download."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Closes what was opened."""
        if self._opened is not None:
            await self._opened.aclose()

    def stream(self, url: str) -> "AbstractAsyncContextManager[httpx.Response]":
        """Asks for a file."""
        import httpx  # noqa: PLC0415 - see above

        if self._opened is None:
            self._opened = httpx.AsyncClient(
                transport=self._transport,
                follow_redirects=True,
                timeout=httpx.Timeout(_TIMEOUT_SECONDS, pool=None),
                trust_env=True,
            )
        return self._opened.stream("GET", url)


async def fetch_file(
    client: Client,
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


async def fetch_bytes(client: Client, download: Download) -> bytes:
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
    client: Client, download: Download, progress: Progress
) -> AsyncIterator[AsyncIterator[bytes]]:
    import httpx  # noqa: PLC0415 - only a download needs it

    try:
        async with client.stream(download.url) as response:
            if response.status_code != _OK:
                raise errors.FetchFailed(
                    f"{download.url}: expected status 200, found {response.status_code}"
                )
            yield _bounded(response, download, progress)
    except httpx.HTTPError as error:
        reason = str(error) or type(error).__name__
        raise errors.FetchFailed(f"{download.url}: {reason}") from error


async def _bounded(
    response: "httpx.Response", download: Download, progress: Progress
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
