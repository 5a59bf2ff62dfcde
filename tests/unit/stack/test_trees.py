import hashlib
import io
import tarfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from sightline import errors
from sightline.clients import downloads
from sightline.stack.acquire import catalogue, debian_index, pins, platforms, trees

LINUX = platforms.Platform(system="linux", machine="x86_64", suite="bookworm")
MAC = platforms.Platform(system="darwin", machine="arm64", suite=None)
PROGRAM = catalogue.PROGRAMS["promtool"]
DEBIAN, RELEASE = PROGRAM.origins
POOL = "https://deb.debian.org/debian/pool/promtool.deb"
ARCHIVE = (
    "https://snapshot.debian.org/archive/debian/20261030T120000Z/pool/promtool.deb"
)
GITHUB = "https://github.com/prometheus/prometheus/releases/download/v3.5.0"
TARBALL = f"{GITHUB}/prometheus-3.5.0.darwin-arm64.tar.gz"


def _tar(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:xz") as tar:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(content), 0o755
        tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def _deb(content: bytes) -> bytes:
    tar = _tar("./usr/bin/promtool", content)
    header = f"{'data.tar.xz':<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(tar):<10}`\n"
    return b"!<arch>\n" + header.encode() + tar


PACKAGE = _deb(b"promtool")
PIN = pins.PackagePin(
    suite="forky",
    name="promtool",
    version="3.5.3+ds1-6",
    architecture="amd64",
    path="pool/promtool.deb",
    size=len(PACKAGE),
    sha256=hashlib.sha256(PACKAGE).hexdigest(),
    snapshot="20261030T120000Z",
)


class Web:
    """A network that holds a few files and remembers what was asked for."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        self.asked.append(url)
        if url in self.files:
            return httpx.Response(200, content=self.files[url])
        return httpx.Response(404)


async def _provide(
    web: Web, cache: Path, origin: catalogue.Origin, platform: platforms.Platform
) -> trees.Unpacked | None:
    async with downloads.Client(httpx.MockTransport(web)) as client:
        store = trees.Trees(
            client=client,
            cache=cache,
            platform=platform,
            pinned=pins.Pins(packages=(PIN,), wheels=()),
            index=debian_index.IndexSettings(
                accept_expired=False, now=datetime(2026, 11, 1, tzinfo=UTC)
            ),
            progress=lambda *_: None,
        )
        return await store.provide(PROGRAM, origin)


async def test_pinned_package_is_fetched_once_and_then_cached(tmp_path: Path) -> None:
    web = Web({POOL: PACKAGE})
    first = await _provide(web, tmp_path, DEBIAN, LINUX)
    second = await _provide(web, tmp_path, DEBIAN, LINUX)
    assert first is not None
    assert first == second
    assert (first.version, first.source) == (
        "3.5.3+ds1-6",
        "Debian forky, pinned sha256",
    )
    assert _read(first, "usr/bin/promtool") == b"promtool"
    assert web.asked == [POOL]


async def test_archive_of_that_day_stands_in_for_the_pool(tmp_path: Path) -> None:
    web = Web({POOL: b"something else", ARCHIVE: PACKAGE})
    found = await _provide(web, tmp_path, DEBIAN, LINUX)
    assert found is not None
    assert web.asked == [POOL, ARCHIVE]


async def test_lost_package_is_looked_for_in_the_signed_index(tmp_path: Path) -> None:
    web = Web({})
    with pytest.raises(errors.FetchFailed) as failure:
        await _provide(web, tmp_path, DEBIAN, LINUX)
    index = "https://deb.debian.org/debian/dists/forky/InRelease"
    assert web.asked == [POOL, ARCHIVE, index]
    assert str(failure.value) == (
        f"{POOL}: expected status 200, found 404;"
        f" {ARCHIVE}: expected status 200, found 404;"
        f" then {index}: expected status 200, found 404"
    )


async def test_debian_has_nothing_for_a_mac(tmp_path: Path) -> None:
    assert await _provide(Web({}), tmp_path, DEBIAN, MAC) is None


async def test_release_is_verified_by_its_own_list(tmp_path: Path) -> None:
    tarball = _tar("prometheus-3.5.0.darwin-arm64/promtool", b"promtool")
    listed = f"{hashlib.sha256(tarball).hexdigest()}  {TARBALL.rpartition('/')[2]}\n"
    web = Web({TARBALL: tarball, f"{GITHUB}/sha256sums.txt": listed.encode()})
    found = await _provide(web, tmp_path, RELEASE, MAC)
    assert found is not None
    assert found.source == (
        "GitHub prometheus/prometheus, by its own sha256sums.txt over HTTPS"
    )
    assert _read(found, "promtool") == b"promtool"
    await _provide(web, tmp_path, RELEASE, MAC)
    assert len(web.asked) == 2, "the second time needs no network"


async def test_release_that_its_list_does_not_know_is_refused(tmp_path: Path) -> None:
    web = Web({f"{GITHUB}/sha256sums.txt": b"00  something-else.tar.gz\n"})
    with pytest.raises(errors.FetchFailed) as failure:
        await _provide(web, tmp_path, RELEASE, MAC)
    assert str(failure.value) == (
        "prometheus/prometheus: no checksum for prometheus-3.5.0.darwin-arm64.tar.gz"
    )


async def test_there_is_no_process_exporter_for_a_mac(tmp_path: Path) -> None:
    release = catalogue.PROGRAMS["process-exporter"].origins[1]
    assert await _provide(Web({}), tmp_path, release, MAC) is None


async def test_package_of_the_hosts_own_suite_needs_that_suite(tmp_path: Path) -> None:
    redis = catalogue.PROGRAMS["redis"].origins[0]
    assert await _provide(Web({}), tmp_path, redis, LINUX) is None
    elsewhere = replace(LINUX, suite=None)
    assert await _provide(Web({}), tmp_path, redis, elsewhere) is None


def _read(unpacked: trees.Unpacked, name: str) -> bytes:
    return (unpacked.root / name).read_bytes()
