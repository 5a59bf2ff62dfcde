"""The numbers of a worker process, in the files that prometheus-client shares.

prometheus-client looks at the process id, takes a lock and looks up a text key for
every addition. What is opened here is added to in place: `cell.numbers[cell.at] += 1`,
eight bytes that a scrape sees either before or after. The files, their format and
their keys stay prometheus-client's.
"""

import mmap
from collections.abc import Mapping
from typing import Final, Protocol

from prometheus_client import mmap_dict, values

from sightline.model import http_metrics

__all__ = ["Cell", "Sheet"]

_FLOAT_BYTES: Final = 8


class _Numbers(Protocol):
    """Numbers by position."""

    def __getitem__(self, at: int, /) -> float: ...

    def __setitem__(self, at: int, number: float, /) -> None: ...


class _Value(Protocol):
    """One series of this process, as prometheus-client writes it."""

    def get(self) -> float:
        """Gives the number; after a fork it opens the files of the child first."""

    def set(self, number: float) -> None:
        """Replaces the number."""


class _Unplaced:
    """A value that is not where it is looked for: written by prometheus-client."""

    __slots__ = ("_value",)

    def __init__(self, value: _Value) -> None:
        self._value = value

    def __getitem__(self, at: int, /) -> float:
        return self._value.get()

    def __setitem__(self, at: int, number: float, /) -> None:
        self._value.set(number)


class Cell:
    """One series: the number `numbers[at]`, to be changed under the owner's lock."""

    __slots__ = ("at", "numbers", "value")

    def __init__(self, value: _Value) -> None:
        self.value = value
        self.numbers: _Numbers = _Unplaced(value)
        self.at = 0


class Sheet:
    """All the cells of one worker process; not safe for threads."""

    def __init__(self) -> None:
        self._cells: list[Cell] = []
        self._mapped: dict[int, memoryview[float]] = {}

    def open(
        self,
        kind: str,
        family: http_metrics.Family,
        suffix: str,
        labels: Mapping[str, str],
    ) -> Cell:
        """Gives the cell of one series, at 0 when it is new.

        Args:
            kind: `counter`, `histogram` or `gauge`.
            family: for its name and its help.
            suffix: of the sample, such as `_bucket`.
            labels: of the sample.
        """
        cell = Cell(
            values.ValueClass(
                kind,
                # A counter's family is named without the suffix of its samples.
                family.name.removesuffix("_total"),
                family.name + suffix,
                tuple(labels),
                tuple(labels.values()),
                family.help,
                multiprocess_mode="livesum" if kind == "gauge" else "",
            )
        )
        self._place(cell)
        self._cells.append(cell)
        return cell

    def follow_fork(self) -> None:
        """Moves every cell to the files of the child, where all begin at 0."""
        self._mapped.clear()
        for cell in self._cells:
            cell.value.get()
            self._place(cell)

    def _place(self, cell: Cell) -> None:
        """Finds the number of a cell; a cell that is not found stays correct."""
        file = getattr(cell.value, "_file", None)
        key = getattr(cell.value, "_key", None)
        position = getattr(file, "_positions", {}).get(key)
        if not isinstance(file, mmap_dict.MmapedDict) or position is None:
            return  # another version of prometheus-client
        cell.numbers, cell.at = self._numbers(file, position), position // _FLOAT_BYTES

    def _numbers(
        self, file: mmap_dict.MmapedDict, position: int
    ) -> "memoryview[float]":
        """Gives a file as numbers: a mapping of our own, for upstream closes its."""
        mapped = self._mapped.get(id(file))
        if mapped is None or position // _FLOAT_BYTES >= len(mapped):
            shared = mmap.mmap(file._f.fileno(), 0)  # noqa: SLF001 - by no other way
            mapped = self._mapped[id(file)] = memoryview(shared).cast("d")
        return mapped
