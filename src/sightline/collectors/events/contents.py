"""The content of a log file, plain or compressed, from any offset on."""

import gzip
import os
import zlib
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

__all__ = ["Content", "Replaced", "open_content"]


class Replaced(OSError):
    """Another file has the path now."""


class Content(Protocol):
    """Something that can be read from any offset of its unpacked bytes."""

    def read_at(self, count: int, offset: int) -> bytes:
        """Gives so many bytes from an offset; fewer at the end.

        Raises:
            OSError: it cannot be read, or unpacked.
        """

    def __enter__(self) -> Self:
        """Gives itself."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes the file."""


class _Plain:
    """A file as it is."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read_at(self, count: int, offset: int) -> bytes:
        return os.pread(self._file.fileno(), count, offset)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


class _Packed:
    """A gzip archive; what is read in order is unpacked once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._unpacked = gzip.GzipFile(fileobj=file, mode="rb")

    def read_at(self, count: int, offset: int) -> bytes:
        try:
            self._unpacked.seek(offset)
            return self._unpacked.read(count)
        except (EOFError, zlib.error) as error:
            raise OSError(f"the archive is damaged: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._unpacked.close()
        self._file.close()


def open_content(path: Path, device: int, inode: int) -> Content:
    """Opens a file that was seen; one that ends with `.gz` is unpacked while read.

    Raises:
        Replaced: it is another file by now.
        OSError: it is gone, or may not be read.
    """
    file = path.open("rb", buffering=0)
    status = os.fstat(file.fileno())
    if (status.st_dev, status.st_ino) != (device, inode):
        file.close()
        raise Replaced(f"{path} is another file by now")
    return _Packed(file) if path.suffix == ".gz" else _Plain(file)
