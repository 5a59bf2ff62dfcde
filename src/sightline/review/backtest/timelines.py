"""Numbers at the evaluations of a rule: a fixed grid of times, and series on it."""

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

__all__ = ["Grid", "Numbers", "Timeline", "lay_out"]

Numbers = npt.NDArray[np.float64]
"""One number per evaluation; NaN where the series has no sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The times of a rule's evaluations: `count` of them, `step` seconds apart.

    Attributes:
        start: the first evaluation, in Unix seconds.
        step: the evaluation interval, in seconds, above 0.
    """

    start: float
    step: float
    count: int

    @classmethod
    def between(cls, start: dt.datetime, end: dt.datetime, step: float) -> Self:
        """Gives the multiples of `step` from `start` to `end`, both included.

        Prometheus evaluates at multiples of the interval too, shifted by less than
        one interval per group.
        """
        first = math.ceil(start.timestamp() / step)
        last = math.floor(end.timestamp() / step)
        return cls(start=first * step, step=step, count=max(last - first + 1, 0))

    def time_of(self, index: int) -> float:
        """Gives the time of an evaluation in Unix seconds."""
        return self.start + index * self.step

    def times_of(self, indexes: npt.NDArray[np.intp]) -> Numbers:
        """Gives the times of evaluations in Unix seconds."""
        return self.start + indexes.astype(np.float64) * self.step

    def steps_in(self, seconds: float) -> int:
        """Gives the number of evaluations after which `seconds` have passed."""
        # Durations are written in milliseconds, so this margin is no duration.
        return math.ceil(seconds / self.step - 1e-9)

    def index_of(self, time: float) -> int:
        """Gives the evaluation nearest to `time`; it may lie outside the grid."""
        return round((time - self.start) / self.step)

    def parts(self, largest: int) -> Iterator[Self]:
        """Gives the grid in pieces of at most `largest` evaluations, in order."""
        for first in range(0, self.count, largest):
            yield type(self)(
                start=self.time_of(first),
                step=self.step,
                count=min(largest, self.count - first),
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timeline:
    """One series on a grid."""

    labels: Mapping[str, str]
    numbers: Numbers


def lay_out(
    grid: Grid,
    labels: Mapping[str, str],
    points: Sequence[tuple[float, float]],
) -> Timeline:
    """Gives a series on `grid`; evaluations without a point are NaN.

    Args:
        grid: the evaluations; every point lies on one of them.
        labels: those of the series.
        points: Unix seconds and the number then.
    """
    numbers = np.full(grid.count, np.nan)
    if points:
        table = np.asarray(points, dtype=np.float64)
        indexes = np.rint((table[:, 0] - grid.start) / grid.step).astype(np.intp)
        numbers[indexes] = table[:, 1]
    return Timeline(labels=labels, numbers=numbers)
