"""Packages of the npm registry, as the archives that were published."""

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

import httpx

from sightline import errors

__all__ = ["fetch_archive"]

_REGISTRY: Final = "https://registry.npmjs.org"
_TIMEOUT_SECONDS: Final = 120.0


def fetch_archive(name: str, version: str) -> bytes:
    """Gives the published `.tgz` of one package, which the caller must verify.

    An npm client is asked first, because it knows the registry and the proxy that are
    configured for this machine; without one, the public registry is asked directly.

    Raises:
        errors.FetchFailed: when neither way gives an archive.
    """
    npm = shutil.which("npm")
    refused = ""
    if npm is not None:
        try:
            return _pack(npm, name, version)
        except (subprocess.SubprocessError, OSError) as error:
            refused = f" (npm pack failed too: {_reason(error)})"
    try:
        return _download(name, version)
    except httpx.HTTPError as error:
        raise errors.FetchFailed(
            f"{name} {version} could not be fetched from {_REGISTRY}: "
            f"{type(error).__name__}: {error}{refused}"
        ) from error


def _pack(npm: str, name: str, version: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="sightline-npm-") as folder:
        subprocess.run(  # noqa: S603 - a fixed program with fixed words
            [npm, "pack", f"{name}@{version}", "--ignore-scripts", "--silent"],
            cwd=folder,
            check=True,
            capture_output=True,
            timeout=_TIMEOUT_SECONDS,
        )
        archives = sorted(Path(folder).glob("*.tgz"))
        if not archives:
            raise FileNotFoundError(f"npm pack {name}@{version} left no archive")
        return archives[0].read_bytes()


def _download(name: str, version: str) -> bytes:
    answer = httpx.get(
        f"{_REGISTRY}/{name}/-/{name}-{version}.tgz",
        follow_redirects=True,
        timeout=_TIMEOUT_SECONDS,
    )
    answer.raise_for_status()
    return answer.content


def _reason(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError) and error.stderr:
        lines = error.stderr.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else str(error)
    return str(error)
