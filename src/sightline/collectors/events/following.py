"""Log files that are followed while they grow, are rotated, cut off and packed.

Every line is given once, over any number of restarts, as long as the positions are
kept together with what was counted.
"""

import glob
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from sightline.collectors.events import contents, positions, rejections

__all__ = ["CHUNK_BYTES", "Follower"]

CHUNK_BYTES: Final = 1 << 16
_LONGEST_LINE_BYTES: Final = 1 << 20
_SETTLED_SECONDS: Final = 10.0
_FORGOTTEN_SECONDS: Final = 7 * 86_400.0


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A file that may hold lines.

    Attributes:
        is_asked_for: it matches the pattern itself, and is no rotated sibling.
    """

    path: Path
    status: os.stat_result
    is_asked_for: bool

    @property
    def key(self) -> tuple[int, int]:
        return self.status.st_dev, self.status.st_ino

    @property
    def stamp(self) -> tuple[int, int]:
        return self.status.st_mtime_ns, self.status.st_size


class Follower:
    """Reads what is new in all files that match a pattern.

    Args:
        pattern: of paths, as a shell expands it; a rotated sibling such as `x.log.1`
            of `x.log` is read to its end without being named.
        rejected: told of lines that are too long.
        clock: Unix seconds.

    Attributes:
        problems: why a file could not be read, by its path.
        truncations: how often a file was cut off.
    """

    def __init__(
        self,
        pattern: str,
        rejected: rejections.Rejections,
        clock: Callable[[], float],
    ) -> None:
        self._pattern = pattern
        self._rejected = rejected
        self._clock = clock
        self._positions: list[positions.Position] = []
        # Copies and siblings that are not read, as they were looked at.
        self._passed_over: dict[tuple[int, int], tuple[int, int]] = {}
        self.problems: dict[str, str] = {}
        self.truncations = 0

    def chunks(self) -> Iterator[bytes]:
        """Gives what is new, oldest file first, in chunks of whole lines.

        The positions are behind a chunk once it is given.
        """
        self.problems.clear()
        candidates = self._find()
        attached = self._attach(candidates)
        attached.sort(key=lambda pair: pair[1].status.st_mtime_ns)
        for position, candidate in attached:
            if position.stamp == candidate.stamp:
                continue
            try:
                with contents.open_content(candidate.path, *candidate.key) as content:
                    yield from self._read(content, position, candidate)
            except contents.Replaced:
                continue  # the next look finds it where it is now
            except OSError as error:
                self._note(candidate.path, error)
                continue
            is_packed = candidate.path.suffix == ".gz"
            if is_packed or position.offset >= candidate.status.st_size:
                position.stamp = candidate.stamp

    def dump(self) -> bytes:
        """Gives what `load` takes up again."""
        return msgspec.msgpack.encode((self._positions, self.truncations))

    def load(self, state: bytes) -> None:
        """Goes on from earlier positions."""
        self._positions, self.truncations = msgspec.msgpack.decode(
            state, type=tuple[list[positions.Position], int]
        )

    def _find(self) -> list[_Candidate]:
        """Gives the files there are; rotated siblings as well, if any is known."""
        asked = _expand(self._pattern)
        siblings = _expand(f"{self._pattern}*") if self._positions else set()
        found = []
        for path in sorted(asked | siblings):
            try:
                status = path.stat()
            except OSError as error:
                self._note(path, error)
                continue
            if stat.S_ISREG(status.st_mode):
                found.append(_Candidate(path, status, path in asked))
        return found

    def _attach(
        self, candidates: list[_Candidate]
    ) -> list[tuple[positions.Position, _Candidate]]:
        """Brings together the positions and the files in which their contents are."""
        by_key = {one.key: one for one in candidates}
        self._passed_over = {
            key: stamp for key, stamp in self._passed_over.items() if key in by_key
        }
        attached = []
        for position in tuple(self._positions):
            candidate = by_key.get(position.key)
            if candidate is None or not self._goes_on(position, candidate):
                if position.inode:
                    position.detach(self._clock())
                    self._passed_over.clear()  # its content may be in one of them
                continue
            position.attach(str(candidate.path), candidate.status)
            attached.append((position, by_key.pop(candidate.key)))
        for candidate in by_key.values():
            if self._passed_over.get(candidate.key) == candidate.stamp:
                continue
            try:
                found = self._recognise(candidate)
            except contents.Replaced:
                continue
            except OSError as error:
                # Where nobody can look, it might be a copy: it waits.
                self._note(candidate.path, error)
                continue
            if found is None:
                self._passed_over[candidate.key] = candidate.stamp
            else:
                attached.append((found, candidate))
        self._forget()
        return attached

    def _goes_on(self, position: positions.Position, candidate: _Candidate) -> bool:
        """Tells whether a file still is what was read, and not cut off or reused."""
        if position.stamp == candidate.stamp:
            return True
        if (
            candidate.path.suffix != ".gz"
            and candidate.status.st_size < position.offset
        ):
            self.truncations += 1
            return False
        # Where nobody knows, reading it will say why.
        is_same = self._holds(position, candidate) is not False
        self.truncations += not is_same
        return is_same

    def _holds(
        self, position: positions.Position, candidate: _Candidate
    ) -> bool | None:
        """Tells whether a file has what was read; `None` where it cannot be read."""
        try:
            with contents.open_content(candidate.path, *candidate.key) as content:
                return position.is_in(content.read_at)
        except OSError:
            return None

    def _recognise(self, candidate: _Candidate) -> positions.Position | None:
        """Gives the position of a file that was not seen before.

        `None` for a copy of what is read elsewhere, and for a sibling that nobody
        asked for and nothing is known of.
        """
        known = self._find_content(candidate)
        if known is not None:
            if known.inode:
                return None
            known.attach(str(candidate.path), candidate.status)
            return known
        if not candidate.is_asked_for:
            return None
        begun = positions.Position(str(candidate.path), str(candidate.path))
        begun.attach(str(candidate.path), candidate.status)
        self._positions.append(begun)
        return begun

    def _find_content(self, candidate: _Candidate) -> positions.Position | None:
        """Gives the position of what a file has as well, or nothing."""
        path = str(candidate.path)
        # What stands where a known file began is its successor, however much alike. In
        # this order an archive is unpacked once for all of them.
        known = sorted(
            (one for one in self._positions if one.offset and one.born != path),
            key=lambda one: one.offset - one.remembered,
        )
        with contents.open_content(candidate.path, *candidate.key) as content:
            return next((one for one in known if one.is_in(content.read_at)), None)

    def _read(
        self,
        content: contents.Content,
        position: positions.Position,
        candidate: _Candidate,
    ) -> Iterator[bytes]:
        while block := content.read_at(CHUNK_BYTES, position.offset):
            end = block.rfind(b"\n") + 1
            if position.is_skipping:
                first = block.find(b"\n") + 1
                position.advance(first or len(block), block[: first or None])
                position.is_skipping = not first
            elif end:
                lines = block[:end]
                position.advance(end, lines)
                yield lines
            else:
                whole = content.read_at(_LONGEST_LINE_BYTES, position.offset)
                end = whole.find(b"\n") + 1
                if end:
                    position.advance(end, whole[:end])
                    yield whole[:end]
                elif len(whole) >= _LONGEST_LINE_BYTES:
                    self._rejected.add(rejections.Reason.TOO_LONG, whole)
                    position.advance(len(whole), whole)
                    position.is_skipping = True
                else:
                    if self._is_settled(candidate):
                        position.advance(len(whole), whole)
                        yield whole + b"\n"
                    return

    def _is_settled(self, candidate: _Candidate) -> bool:
        """Tells whether a last line without an end will never get one."""
        if candidate.path.suffix == ".gz":
            return True
        age = self._clock() - candidate.status.st_mtime
        return not candidate.is_asked_for and age > _SETTLED_SECONDS

    def _forget(self) -> None:
        now = self._clock()
        self._positions = [
            one
            for one in self._positions
            if one.inode or now - one.lost_at < _FORGOTTEN_SECONDS
        ]

    def _note(self, path: Path, error: OSError) -> None:
        self.problems[str(path)] = error.strerror or str(error)


def _expand(pattern: str) -> set[Path]:
    # Not `Path.glob`, which wants to know where an absolute pattern begins.
    return {Path(path) for path in glob.glob(pattern, recursive=True)}  # noqa: PTH207 - see above
