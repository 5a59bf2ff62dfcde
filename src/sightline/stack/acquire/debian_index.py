"""Debian's signed index: what a suite offers today, by sha256.

The chain is: the archive's key → InRelease (gpgv) → Packages.xz → the package. It is
asked only when a pinned file has left every mirror.
"""

import asyncio
import email.utils
import lzma
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sightline import errors
from sightline.clients import downloads
from sightline.stack.acquire import pins, versions

__all__ = ["IndexSettings", "find_newest", "find_package_in_suite", "parse_release"]

_MIRROR: Final = "https://deb.debian.org/debian"
_KEYRINGS: Final = (
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
)
_INRELEASE_LIMIT_BYTES: Final = 4 << 20
_PACKAGES_LIMIT_BYTES: Final = 64 << 20
_CHECKSUM_LINE: Final = re.compile(r"^ ([0-9a-f]{64}) +\d+ (\S+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSettings:
    """How strictly an index is judged.

    Attributes:
        accept_expired: use an index whose Valid-Until has passed.
        now: the time to judge by, aware.
    """

    accept_expired: bool
    now: datetime


async def find_package_in_suite(
    client: downloads.Client,
    gone: pins.PackagePin,
    minimum: versions.Version,
    settings: IndexSettings,
) -> pins.PackagePin:
    """Gives today's successor of a pinned package that is gone, by signed index.

    Raises:
        FetchFailed: the index cannot be had, is not signed by Debian, has expired, or
            has no package of at least `minimum`.
    """
    release = await _fetch_release(client, gone.suite)
    checksums = parse_release(release, gone.suite, settings)
    listing = f"main/binary-{gone.architecture}/Packages.xz"
    if listing not in checksums:
        raise errors.FetchFailed(f"Debian {gone.suite} has no {listing}")
    packed = await downloads.fetch_bytes(
        client,
        downloads.Download(
            url=f"{_MIRROR}/dists/{gone.suite}/{listing}",
            sha256=checksums[listing],
            limit_bytes=_PACKAGES_LIMIT_BYTES,
        ),
    )
    text = await asyncio.to_thread(lzma.decompress, packed)
    return find_newest(text.decode(), gone, minimum)


def parse_release(text: str, suite: str, settings: IndexSettings) -> Mapping[str, str]:
    """Gives the sha256 of each file that a verified release file lists.

    Raises:
        FetchFailed: it is of another suite, or its Valid-Until has passed and that is
            not accepted.
    """
    fields = dict(_fields(text))
    if suite not in {fields.get("Suite"), fields.get("Codename")}:
        found = fields.get("Codename", "nothing")
        raise errors.FetchFailed(f"expected the index of {suite}, found {found}")
    _check_validity(fields.get("Valid-Until"), suite, settings)
    lines = (_CHECKSUM_LINE.match(line) for line in text.splitlines())
    return {line[2]: line[1] for line in lines if line is not None}


def find_newest(
    listing: str, gone: pins.PackagePin, minimum: versions.Version
) -> pins.PackagePin:
    """Gives the newest build of a package that a Packages file lists.

    Raises:
        FetchFailed: there is none of at least `minimum`.
    """
    offers = [
        fields
        for paragraph in listing.split("\n\n")
        if (fields := dict(_fields(paragraph))).get("Package") == gone.name
    ]
    best = max(offers, key=lambda offer: _version(offer["Version"]), default=None)
    if best is None or _version(best["Version"]) < minimum:
        found = "none" if best is None else best["Version"]
        raise errors.FetchFailed(
            f"Debian {gone.suite}: expected {gone.name}"
            f" {versions.render_version(minimum)} or newer, found {found}"
        )
    return pins.PackagePin(
        suite=gone.suite,
        name=gone.name,
        version=best["Version"],
        architecture=gone.architecture,
        path=best["Filename"],
        size=int(best["Size"]),
        sha256=best["SHA256"],
        snapshot=gone.snapshot,
    )


def _version(text: str) -> versions.Version:
    return versions.parse_version(text) or ()


def _fields(paragraph: str) -> Iterator[tuple[str, str]]:
    for line in paragraph.splitlines():
        name, colon, content = line.partition(":")
        if colon and not line[0].isspace():
            yield name, content.strip()


def _check_validity(
    valid_until: str | None, suite: str, settings: IndexSettings
) -> None:
    if valid_until is None:  # stable suites carry none
        return
    end = email.utils.parsedate_to_datetime(valid_until)
    if settings.now > end and not settings.accept_expired:
        raise errors.FetchFailed(
            f"the index of Debian {suite} expired on {end:%Y-%m-%d}: the mirror may be"
            " lagging; pass --accept-expired-index (or set"
            " SIGHTLINE_ACCEPT_EXPIRED_INDEX=1) to use it all the same"
        )


async def _fetch_release(client: downloads.Client, suite: str) -> str:
    signed = await downloads.fetch_bytes(
        client,
        downloads.Download(
            url=f"{_MIRROR}/dists/{suite}/InRelease",
            sha256=None,  # verified by its signature
            limit_bytes=_INRELEASE_LIMIT_BYTES,
        ),
    )
    return await _verify_signature(signed)


async def _verify_signature(signed: bytes) -> str:
    """Gives the text that Debian's archive key signed, and nothing around it."""
    gpgv = shutil.which("gpgv")
    keyring = next((path for path in _KEYRINGS if path.is_file()), None)
    if gpgv is None or keyring is None:
        raise errors.FetchFailed(
            "verifying Debian's index needs gpgv and debian-archive-keyring:"
            " install both, or install the programs themselves"
        )
    return await asyncio.to_thread(_run_gpgv, gpgv, keyring, signed)


def _run_gpgv(gpgv: str, keyring: Path, signed: bytes) -> str:
    with tempfile.TemporaryDirectory(prefix="sightline-index-") as folder:
        inrelease, text = Path(folder, "InRelease"), Path(folder, "Release")
        inrelease.write_bytes(signed)
        # `--output` holds what was signed: text around the signature is not trusted.
        judged = subprocess.run(  # noqa: S603 - gpgv from PATH, on files of our own
            [gpgv, "--keyring", keyring, "--output", text, inrelease],
            capture_output=True,
            check=False,
            text=True,
        )
        if judged.returncode != 0:
            raise errors.FetchFailed(
                f"Debian's index is not signed well: {judged.stderr.strip()}"
            )
        return text.read_text("utf-8")
