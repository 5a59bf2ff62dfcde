"""The content of a log file, plain or compressed, from any offset on."""

import gzip
import os
import zlib
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

__all__ = ["Content", "open_content"]


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

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def read_at(self, count: int, offset: int) -> bytes:
        return os.pread(self._descriptor, count, offset)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)


class _Packed:
    """A gzip archive; it is unpacked from the start once for each reader."""

    def __init__(self, path: Path) -> None:
        self._file = gzip.open(path, "rb")  # noqa: SIM115 - closed with this object

    def read_at(self, count: int, offset: int) -> bytes:
        try:
            self._file.seek(offset)
            return self._file.read(count)
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
        self._file.close()


def open_content(path: Path) -> Content:
    """Opens a file; one that ends with `.gz` is unpacked while it is read.

    Raises:
        OSError: it is gone, or may not be read.
    """
    return _Packed(path) if path.suffix == ".gz" else _Plain(path)
