import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from sightline import errors
from sightline.clients import downloads

CONTENT = b"a package" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
URL = "https://mirror.example/a.deb"


@pytest.fixture
async def client() -> AsyncIterator[downloads.Client]:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/a.deb":
            return httpx.Response(200, content=CONTENT)
        if request.url.path == "/lost":
            raise httpx.ConnectError("no route", request=request)
        return httpx.Response(404)

    async with downloads.Client(httpx.MockTransport(answer)) as opened:
        yield opened


def _download(
    url: str = URL, sha256: str | None = SHA256, limit: int = 1 << 20
) -> downloads.Download:
    return downloads.Download(url=url, sha256=sha256, limit_bytes=limit)


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def test_verified_file_appears_whole(
    client: downloads.Client, tmp_path: Path
) -> None:
    received: list[int] = []
    path = tmp_path / "new" / "a.deb"
    await downloads.fetch_file(client, _download(), path, received.append)
    assert _contents(path.parent) == {"a.deb": CONTENT}
    assert received[-1] == len(CONTENT)


@pytest.mark.parametrize(
    ("download", "message"),
    [
        (
            _download(sha256="0" * 64),
            f"{URL}: expected sha256 {'0' * 64}, found {SHA256}",
        ),
        (_download(limit=10), f"{URL}: expected at most 10 bytes, found more"),
        (
            _download(url="https://mirror.example/gone"),
            "https://mirror.example/gone: expected status 200, found 404",
        ),
        (
            _download(url="https://mirror.example/lost"),
            "https://mirror.example/lost: no route",
        ),
    ],
)
async def test_failed_download_leaves_nothing(
    client: downloads.Client,
    tmp_path: Path,
    download: downloads.Download,
    message: str,
) -> None:
    with pytest.raises(errors.FetchFailed) as failure:
        await downloads.fetch_file(client, download, tmp_path / "a.deb")
    assert str(failure.value) == message
    assert _contents(tmp_path) == {}


async def test_bytes_are_verified_too(client: downloads.Client) -> None:
    assert await downloads.fetch_bytes(client, _download()) == CONTENT
    with pytest.raises(errors.FetchFailed):
        await downloads.fetch_bytes(client, _download(sha256="0" * 64))
