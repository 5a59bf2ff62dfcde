"""How far a file has been read, and how to know its content again.

A file is known by its inode. When its content turns up elsewhere (copied before a
truncation, compressed into an archive) it is known by the bytes that were read last.
"""

import hashlib
import os
from collections.abc import Callable
from typing import Final

import msgspec

__all__ = ["Position"]

_REMEMBERED_BYTES: Final = 1024
_DIGEST_BYTES: Final = 16


class Position(msgspec.Struct):
    """How far one content has been read.

    Attributes:
        born: where it was seen first.
        path: where it was seen last.
        device, inode: of the file; both 0 while the content is nowhere to be seen.
        offset: of the first byte that was not counted yet, in the content unpacked.
        is_skipping: the offset is inside a line that is too long.
        remembered: how many bytes before the offset `digest` is made of.
        lost_at: when the content went out of sight, in Unix seconds.
        stamp: the file's time and size when it was read to its end.
    """

    born: str
    path: str
    device: int = 0
    inode: int = 0
    offset: int = 0
    is_skipping: bool = False
    remembered: int = 0
    digest: bytes = b""
    lost_at: float = 0.0
    stamp: tuple[int, int] = (0, 0)

    @property
    def key(self) -> tuple[int, int]:
        """Which file it is attached to."""
        return self.device, self.inode

    def attach(self, path: str, status: os.stat_result) -> None:
        """Notes where the content is now."""
        self.path, self.device, self.inode = path, status.st_dev, status.st_ino

    def detach(self, now: float) -> None:
        """Notes that the content is no longer where it was."""
        self.device = self.inode = 0
        self.stamp = (0, 0)
        self.lost_at = now

    def advance(self, count: int, last: bytes) -> None:
        """Moves on by so many bytes, of which `last` are the last ones."""
        self.offset += count
        kept = last[-_REMEMBERED_BYTES:]
        self.remembered, self.digest = len(kept), _digest(kept)

    def is_in(self, read_at: Callable[[int, int], bytes]) -> bool:
        """Tells whether a content goes on from here.

        Args:
            read_at: gives so many bytes from an offset; fewer at the end.
        """
        if not self.remembered:
            return self.offset == 0
        found = read_at(self.remembered, self.offset - self.remembered)
        return len(found) == self.remembered and _digest(found) == self.digest


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES).digest()
