"""Unpacking of Debian packages, tarballs and wheels, in pure Python.

Every name in an archive is checked before anything is written: absolute paths, `..`
and links that lead out of the destination are refused, and so is all that is neither
a file, a folder nor a symbolic link. Python 3.11.2 has no `tarfile` filters yet.
"""

import io
import lzma
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Final

from sightline import errors

__all__ = ["unpack_deb", "unpack_tar", "unpack_wheel"]

_AR_MAGIC: Final = b"!<arch>\n"
_AR_HEADER_BYTES: Final = 60
_AR_HEADER_END: Final = b"`\n"
_EXECUTABLE: Final = 0o755
_PLAIN: Final = 0o644


def unpack_deb(package: Path, destination: Path) -> None:
    """Unpacks the files of a Debian package; its scripts are not run.

    Raises:
        FetchFailed: `package` is no Debian package, or has a hostile path in it.
    """
    with package.open("rb") as file:
        for name, content in _ar_members(package, file):
            if name == "data.tar.xz":
                unpack_tar(io.BytesIO(content), destination)
                return
    raise errors.FetchFailed(f"{package.name}: expected a member data.tar.xz")


def unpack_tar(archive: IO[bytes], destination: Path) -> None:
    """Unpacks a tar archive, compressed with gzip, xz or not at all.

    Raises:
        FetchFailed: it is no such archive, or has a hostile path in it.
    """
    try:
        with tarfile.open(fileobj=archive, mode="r:*") as tar:
            for member in tar:
                _unpack_tar_member(tar, member, destination)
    except (tarfile.TarError, lzma.LZMAError, EOFError) as error:
        raise errors.FetchFailed(f"a damaged tar archive: {error}") from error


def unpack_wheel(wheel: Path, destination: Path) -> None:
    """Unpacks a wheel, with the executable bits that it records.

    Raises:
        FetchFailed: `wheel` is no zip file, or has a hostile path in it.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.infolist():
                _unpack_zip_member(archive, member, destination)
    except zipfile.BadZipFile as error:
        raise errors.FetchFailed(f"{wheel.name}: {error}") from error


def _ar_members(package: Path, file: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    if file.read(len(_AR_MAGIC)) != _AR_MAGIC:
        raise errors.FetchFailed(f"{package.name}: not a Debian package")
    while header := file.read(_AR_HEADER_BYTES):
        if len(header) != _AR_HEADER_BYTES or header[58:] != _AR_HEADER_END:
            raise errors.FetchFailed(f"{package.name}: a damaged Debian package")
        size = int(header[48:58])
        yield header[:16].decode("ascii").rstrip(" /"), file.read(size)
        file.seek(size % 2, io.SEEK_CUR)  # members begin at even offsets


def _unpack_tar_member(
    tar: tarfile.TarFile, member: tarfile.TarInfo, destination: Path
) -> None:
    path = _inside(destination, member.name)
    if member.isdir():
        path.mkdir(parents=True, exist_ok=True)
    elif member.issym():
        _link(path, member.linkname, destination)
    elif member.isreg():
        source = tar.extractfile(member)
        if source is None:
            raise errors.FetchFailed(f"unreadable in the archive: {member.name!r}")
        _write(path, source, executable=bool(member.mode & stat.S_IXUSR))
    else:
        raise errors.FetchFailed(
            f"expected files, folders and symbolic links, found {member.name!r}"
        )


def _unpack_zip_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, destination: Path
) -> None:
    path = _inside(destination, member.filename)
    if member.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        return
    mode = member.external_attr >> 16
    with archive.open(member) as source:
        _write(path, source, executable=bool(mode & stat.S_IXUSR))


def _inside(destination: Path, name: str) -> Path:
    """Gives the place for a member, which lies in `destination` for certain."""
    relative = PurePosixPath(name)
    if relative.is_absolute() or ".." in relative.parts or "\0" in name:
        raise errors.FetchFailed(f"a path that leads out of the archive: {name!r}")
    path = destination / relative
    if path == destination:  # the archive's own root, `./`
        return path
    # An earlier link may stand in for one of the folders: resolve what exists.
    if not path.parent.resolve().is_relative_to(destination.resolve()):
        raise errors.FetchFailed(f"a path that leads out of the archive: {name!r}")
    return path


def _link(path: Path, aim: str, destination: Path) -> None:
    """Makes a link; one to an absolute path leads out, so it is left away.

    Debian packages link to files of other packages (`/etc/…`, `/usr/share/…`). None
    is needed to run a program, and dangling or foreign links would only mislead.
    """
    resolved = (path.parent / aim).resolve()
    if not resolved.is_relative_to(destination.resolve()):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(aim)


def _write(path: Path, source: IO[bytes], *, executable: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)  # never write through a link
    with path.open("wb") as file:
        shutil.copyfileobj(source, file, 1 << 20)
    path.chmod(_EXECUTABLE if executable else _PLAIN)
