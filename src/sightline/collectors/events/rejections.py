"""Lines that could not be read: counted by reason, with a sample of each kept."""

import enum
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

__all__ = ["Reason", "Rejections"]

_SAMPLE_CHARACTERS: Final = 200


class Reason(enum.Enum):
    """Why a line was not counted."""

    EMPTY = "empty"
    NOT_UTF8 = "not_utf8"
    SYNTAX = "syntax"
    """It is not what the format says."""
    WRONG_TYPE = "wrong_type"
    """It is JSON, but a field that is counted is a list or an object."""
    TOO_DEEP = "too_deep"
    TOO_LONG = "too_long"


_State = dict[Reason, tuple[int, str]]


class Rejections:
    """What one stream has rejected."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(Reason, 0)
        self._samples: dict[Reason, str] = {}

    def add(self, reason: Reason, line: bytes | str) -> None:
        """Counts a line, and keeps the beginning of the latest of its reason."""
        self._counts[reason] += 1
        start = line[:_SAMPLE_CHARACTERS]
        text = start.decode("utf-8", "replace") if isinstance(start, bytes) else start
        self._samples[reason] = text

    def counts(self) -> Mapping[Reason, int]:
        """Gives the count of every reason, those at 0 included."""
        return dict(self._counts)

    def samples(self) -> Iterator[tuple[Reason, str]]:
        """Gives the beginning of the latest line of each reason that occurred."""
        yield from self._samples.items()

    def dump(self) -> bytes:
        """Gives what `load` takes up again."""
        seen = {one: (self._counts[one], text) for one, text in self._samples.items()}
        return msgspec.msgpack.encode(seen)

    def load(self, state: bytes) -> None:
        """Goes on from an earlier state."""
        seen = msgspec.msgpack.decode(state, type=_State)
        for reason, (count, sample) in seen.items():
            self._counts[reason] = count
            self._samples[reason] = sample
