"""The plot library of the console: one pinned package, verified and unpacked.

uPlot is a dependency and not our code, so the repository does not hold it. It is
fetched once, beside the console's own modules, and the built wheel carries it with its
licence. `python -m sightline.stack.plot_library` fetches it when it is not there.
"""

import base64
import hashlib
import io
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import sightline
from sightline import errors
from sightline.clients import npm

__all__ = ["FOLDER", "VERSION", "ensure", "is_present", "main"]

NAME: Final = "uplot"
VERSION: Final = "1.6.32"
INTEGRITY: Final = (
    "sha512-KIMVnG68zvu5XXUbC4LQEPnhwOxBuLyW1AHtpm6IKTXImkbLgkMy+jabjLgSLMasNuGGzQm/"
    "ep3tOkyTxpiQIw=="
)
"""https://registry.npmjs.org/uplot/1.6.32, `dist.integrity`"""

FOLDER: Final = Path(sightline.__file__).parent / "console" / "vendor" / "uplot"
_FILES: Final = {
    "package/dist/uPlot.esm.js": "uPlot.esm.js",
    "package/dist/uPlot.min.css": "uPlot.min.css",
    "package/LICENSE": "LICENSE",
}
_STAMP: Final = "integrity.txt"

Fetch = Callable[[str, str], bytes]


def is_present(folder: Path = FOLDER) -> bool:
    """Says whether the pinned version lies in `folder`, complete."""
    stamp = folder / _STAMP
    return (
        stamp.is_file()
        and stamp.read_text(encoding="utf-8").strip() == INTEGRITY
        and all((folder / name).is_file() for name in _FILES.values())
    )


def ensure(folder: Path = FOLDER, fetch: Fetch = npm.fetch_archive) -> bool:
    """Makes sure that the pinned version lies in `folder`.

    Args:
        folder: made when it is missing; an older version in it is replaced.
        fetch: gives a package's archive by name and version.

    Returns:
        Whether it had to be fetched.

    Raises:
        errors.FetchFailed: when it cannot be had, or is not what was pinned.
    """
    if is_present(folder):
        return False
    archive = fetch(NAME, VERSION)
    _verify(archive)
    try:
        _unpack(archive, folder)
    except (OSError, KeyError, tarfile.TarError) as error:
        raise errors.FetchFailed(
            f"{NAME} {VERSION} could not be unpacked into {folder}: {error}"
        ) from error
    return True


def _verify(archive: bytes) -> None:
    digest = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if (found := f"sha512-{digest}") != INTEGRITY:
        raise errors.FetchFailed(
            f"{NAME} {VERSION} is not what was published: expected {INTEGRITY}, "
            f"found {found}; nothing of it is used"
        )


def _unpack(archive: bytes, folder: Path) -> None:
    """Writes the files that the console serves; all of them appear at once."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as package:
            for member, name in _FILES.items():
                content = package.extractfile(member)
                if content is None:
                    raise errors.FetchFailed(f"{NAME} {VERSION} has no {member}")
                (fresh / name).write_bytes(content.read())
        (fresh / _STAMP).write_text(INTEGRITY + "\n", encoding="utf-8")
        fresh.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.replace(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def main() -> int:
    """Fetches the library unless it is there; gives the exit code, 0 or 3."""
    try:
        fetched = ensure()
    except errors.FetchFailed as error:
        sys.stderr.write(
            f"sightline: {error}\n"
            "sightline: dashboards will show no time series until it can be fetched; "
            "everything else works\n"
        )
        return error.exit_code
    if fetched:
        sys.stderr.write(f"sightline: fetched {NAME} {VERSION}, verified\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
