"""Networks and what they mean; an address is found by the longest prefix that fits.

Nested networks are cut into ranges that do not overlap, each with the meaning of the
innermost, so that one binary search answers.
"""

import bisect
import ipaddress
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from sightline.collectors.events import addresses

__all__ = ["Range", "RangeTable", "parse_network"]

Meaning = TypeVar("Meaning")
_VERSIONS: Final = (4, 6)


@dataclass(frozen=True, slots=True)
class Range(Generic[Meaning]):
    """All addresses of a version from `first` to `last`, both included."""

    version: int
    first: int
    last: int
    meaning: Meaning


def parse_network(text: str, meaning: Meaning) -> Range[Meaning]:
    """Gives the range of a network, or of one address.

    Raises:
        ValueError: it is neither.
    """
    network = ipaddress.ip_network(text, strict=False)
    first, last = int(network.network_address), int(network.broadcast_address)
    return Range(network.version, first, last, meaning)


class RangeTable(Generic[Meaning]):
    """A fixed set of ranges; of those that hold an address the smallest one counts.

    Ranges that overlap without one holding the other are taken as they come: the one
    that begins later counts.
    """

    def __init__(self, ranges: Iterable[Range[Meaning]]) -> None:
        by_version: dict[int, list[Range[Meaning]]] = {key: [] for key in _VERSIONS}
        for one in ranges:
            by_version[one.version].append(one)
        self._tables = {
            version: _Table(version, found) for version, found in by_version.items()
        }
        self._size = sum(map(len, by_version.values()))

    def __len__(self) -> int:
        """Gives how many ranges were given."""
        return self._size

    def find(self, address: addresses.Address) -> Meaning | None:
        """Gives the meaning of an address, or `None` where no range holds it."""
        return self._tables[address.version].find(address.number)


class _Table(Generic[Meaning]):
    """The ranges of one version, cut where a meaning begins or ends."""

    def __init__(self, version: int, ranges: Sequence[Range[Meaning]]) -> None:
        starts: list[int] = []
        meanings: list[Meaning | None] = []

        def change(at: int, meaning: Meaning | None) -> None:
            if starts and starts[-1] == at:
                starts.pop()
                meanings.pop()
            if not meanings or meanings[-1] is not meaning:
                starts.append(at)
                meanings.append(meaning)

        open_ranges: list[Range[Meaning]] = []
        for one in sorted(ranges, key=lambda item: (item.first, -item.last)):
            while open_ranges and open_ranges[-1].last < one.first:
                ended = open_ranges.pop()
                change(ended.last + 1, _innermost(open_ranges, ended.last + 1))
            change(one.first, one.meaning)
            open_ranges.append(one)
        while open_ranges:
            ended = open_ranges.pop()
            change(ended.last + 1, _innermost(open_ranges, ended.last + 1))
        # Numbers of 64 bits lie side by side; those of version 6 need objects.
        self._starts = array("Q", starts) if version == 4 else starts  # noqa: PLR2004 - the version itself
        self._meanings = meanings

    def find(self, number: int) -> Meaning | None:
        place = bisect.bisect_right(self._starts, number) - 1
        return self._meanings[place] if place >= 0 else None


def _innermost(open_ranges: list[Range[Meaning]], at: int) -> Meaning | None:
    """Gives what holds at an address, once the ranges that ended before are gone."""
    while open_ranges and open_ranges[-1].last < at:
        open_ranges.pop()
    return open_ranges[-1].meaning if open_ranges else None
