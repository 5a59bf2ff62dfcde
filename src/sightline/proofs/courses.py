"""What a series does over time: stretches of simple shapes, one after another.

Samples stand one interval apart from time 0 on, as in `promtool test rules`, and a
course writes itself in promtool's notation (`0+15x40 600x20 stale`).
"""

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

__all__ = [
    "ABSENT",
    "GAP",
    "Absent",
    "Clock",
    "Course",
    "Gap",
    "Level",
    "Restart",
    "Saw",
    "Shape",
    "Slope",
    "amount_of",
    "with_amount",
]


@dataclass(frozen=True, slots=True)
class Level:
    """The same number at every sample."""

    amount: float


@dataclass(frozen=True, slots=True)
class Slope:
    """A rise from where the series stood, or from 0 when it was absent."""

    per_second: float


@dataclass(frozen=True, slots=True)
class Restart:
    """A fall to 0 and a rise from there: a counter whose process was restarted."""

    per_second: float


@dataclass(frozen=True, slots=True)
class Clock:
    """A Unix time so many seconds ahead of the present; negative: behind it."""

    ahead_seconds: float


@dataclass(frozen=True, slots=True)
class Saw:
    """Two numbers in turn: a series that changes at every sample."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Absent:
    """No sample: the target does not expose the series."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Scrapes that got lost: no samples, and no mark that the series ended."""


ABSENT: Final = Absent()
GAP: Final = Gap()

Shape = Level | Slope | Restart | Clock | Saw | Absent | Gap


def amount_of(shape: Shape) -> float | None:
    """Gives the one number of a shape; `None` where it has none, or two."""
    match shape:
        case Level(amount):
            return amount
        case Slope(per_second):
            return per_second
        case Clock(ahead):
            return ahead
        case _:
            return None


def with_amount(shape: Shape, amount: float) -> Shape:
    """Gives a shape of the same kind with another number."""
    match shape:
        case Slope():
            return Slope(amount)
        case Clock():
            return Clock(amount)
        case _:
            return Level(amount)


@dataclass(slots=True)
class Course:
    """One series over time.

    Attributes:
        interval: seconds between samples.
        starts: the first sample of each stretch, ascending, from 0.
        shapes: the stretches.
    """

    interval: float
    starts: Sequence[int]
    shapes: Sequence[Shape]
    _bases: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self._bases = []
        stands = 0.0
        for number, shape in enumerate(self.shapes):
            base = _base(shape, stands)
            self._bases.append(base)
            if number + 1 < len(self.starts):
                last = self.starts[number + 1] - self.starts[number]
                stands = self._follow(shape, base, last, self.starts[number])

    def sample(self, index: int) -> float | None:
        """Gives the sample of that number; `None` where there is none."""
        if index < 0:
            return None
        number = bisect.bisect_right(self.starts, index) - 1
        shape = self.shapes[number]
        if isinstance(shape, Absent | Gap):
            return None
        start = self.starts[number]
        return self._follow(shape, self._bases[number], index - start, start)

    def at(self, time: float) -> float | None:
        """Gives what a selector reads at that time, in seconds."""
        return self.sample(math.floor(time / self.interval + 1e-9))

    def total(self, first: int, last: int) -> tuple[float, int]:
        """Gives the sum and the count of the samples from `first` to `last`."""
        summed, count = 0.0, 0
        for number, start in enumerate(self.starts):
            end = self.starts[number + 1] if number + 1 < len(self.starts) else last + 1
            low, high = max(first, start), min(last, end - 1)
            if low > high or isinstance(self.shapes[number], Absent | Gap):
                continue
            ends = (self.sample(low) or 0.0) + (self.sample(high) or 0.0)
            summed += ends * (high - low + 1) / 2
            count += high - low + 1
        return summed, count

    def _follow(self, shape: Shape, base: float, steps: int, start: int) -> float:
        match shape:
            case Level(amount):
                return amount
            case Slope(per_second) | Restart(per_second):
                return base + per_second * self.interval * steps
            case Clock(ahead):
                return (start + steps) * self.interval + ahead
            case Saw(low, high):
                return high if steps % 2 else low
            case Gap():
                return base
            case Absent():
                return 0.0

    def render(self, length: int) -> str:
        """Writes the first `length` samples as promtool reads them."""
        ends = [*self.starts[1:], length]
        words = (
            self._render_stretch(number, start, min(end, length) - start)
            for number, (start, end) in enumerate(zip(self.starts, ends, strict=True))
            if start < length
        )
        return " ".join(word for word in words if word)

    def _render_stretch(self, number: int, start: int, count: int) -> str:  # noqa: PLR0911  # one for each shape
        shape, base, more = self.shapes[number], self._bases[number], count - 1
        if count <= 0:
            return ""
        match shape:
            case Level(amount):
                return f"{_write(amount)}x{more}"
            case Slope(per_second) | Restart(per_second):
                return _rise(base, per_second * self.interval, more)
            case Clock(ahead):
                return _rise(start * self.interval + ahead, self.interval, more)
            case Saw(low, high):
                pair = f"{_write(low)} {_write(high)}"
                return " ".join([pair] * (count // 2) + [_write(low)] * (count % 2))
            case Gap():
                return f"_x{count}"
            case Absent():
                had_before = number > 0 and self.shapes[number - 1] is not ABSENT
                blank = f"_x{count - 1}" if had_before else f"_x{count}"
                return f"stale {blank}".removesuffix(" _x0") if had_before else blank


def _base(shape: Shape, stands: float) -> float:
    return 0.0 if isinstance(shape, Restart) else stands


def _rise(base: float, by: float, more: int) -> str:
    # `+` before the step, also for a fall: promtool reads `5-2x3` as a fall by 2.
    return f"{_write(base)}{'-' if by < 0 else '+'}{_write(abs(by))}x{more}"


def _write(number: float) -> str:
    if math.isinf(number):
        return "Inf" if number > 0 else "-Inf"
    if number == int(number) and abs(number) < 1e15:  # noqa: PLR2004 - exact as an integer
        return str(int(number))
    return repr(number)
