"""What a number counts: seconds, bytes, a ratio, something per second.

Units multiply and divide as in physics, so `rate` of bytes is bytes per second, and
seconds of work per second are a ratio. Whatever is merely counted (requests, errors)
has no dimension.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

__all__ = ["BYTES", "COUNT", "SECONDS", "Unit", "convert", "unit_of_name"]

_PREFERRED: Final = ("seconds", "bytes")


@dataclass(frozen=True, slots=True)
class Unit:
    """Powers of base units, and the size of one step in them.

    Attributes:
        powers: base units with their powers, sorted by name; none for a plain count
            or a ratio.
        scale: what one is worth in base units: 0.001 for milliseconds.
    """

    powers: tuple[tuple[str, int], ...] = ()
    scale: float = 1.0

    @classmethod
    def of(cls, name: str, scale: float = 1.0) -> Self:
        """Gives the unit of a base unit's name."""
        return cls(((name, 1),), scale)

    def __mul__(self, other: "Unit") -> "Unit":
        """Gives the unit of a product."""
        return Unit(_combine(self.powers, other.powers, 1), self.scale * other.scale)

    def __truediv__(self, other: "Unit") -> "Unit":
        """Gives the unit of a quotient."""
        return Unit(_combine(self.powers, other.powers, -1), self.scale / other.scale)

    def __str__(self) -> str:
        """Writes it in words: `bytes per second`, `milliseconds`, `percent`."""
        above = " ".join(
            _power(name, count) for name, count in self.powers if count > 0
        )
        below = " ".join(
            _power(name.removesuffix("s"), -count)
            for name, count in self.powers
            if count < 0
        )
        words = " per ".join(filter(None, [above, below]))
        if not above and below:
            words = f"per {below}"
        if math.isclose(self.scale, 1.0):
            return words or "count"
        named = _SCALED.get((self.powers, round(math.log10(self.scale), 6)))
        return named or f"{self.scale:g} {words or 'count'}"


def _combine(
    left: Iterable[tuple[str, int]], right: Iterable[tuple[str, int]], sign: int
) -> tuple[tuple[str, int], ...]:
    powers = dict(left)
    for name, count in right:
        powers[name] = powers.get(name, 0) + sign * count
    return tuple(sorted((name, count) for name, count in powers.items() if count))


def _power(name: str, count: int) -> str:
    return name if count == 1 else f"{name}^{count}"


COUNT: Final = Unit()
SECONDS: Final = Unit.of("seconds")
BYTES: Final = Unit.of("bytes")

_SCALED: Final = {
    ((), -2.0): "percent",
    (SECONDS.powers, -3.0): "milliseconds",
    (SECONDS.powers, -6.0): "microseconds",
    (SECONDS.powers, -9.0): "nanoseconds",
    ((("seconds", -1),), round(math.log10(1 / 60), 6)): "per minute",
    ((("seconds", -1),), round(math.log10(1 / 3600), 6)): "per hour",
}

_SUFFIXES: Final = {
    "seconds": SECONDS,
    "milliseconds": Unit.of("seconds", 1e-3),
    "ms": Unit.of("seconds", 1e-3),
    "microseconds": Unit.of("seconds", 1e-6),
    "nanoseconds": Unit.of("seconds", 1e-9),
    "minutes": Unit.of("seconds", 60.0),
    "hours": Unit.of("seconds", 3600.0),
    "days": Unit.of("seconds", 86400.0),
    "bytes": BYTES,
    "kilobytes": Unit.of("bytes", 1e3),
    "megabytes": Unit.of("bytes", 1e6),
    "ratio": COUNT,
    "percent": Unit((), 0.01),
    "celsius": Unit.of("celsius"),
    "volts": Unit.of("volts"),
    "amperes": Unit.of("amperes"),
    "joules": Unit.of("joules"),
    "watts": Unit((("joules", 1), ("seconds", -1))),
    "grams": Unit.of("grams"),
    "meters": Unit.of("meters"),
    "hertz": Unit((("seconds", -1),)),
}
"""https://prometheus.io/docs/practices/naming/#base-units"""

_COUNTED: Final = frozenset({"count", "bucket", "info", "created"})
_CONVERSIONS: Final = frozenset(
    {60.0, 3600.0, 86400.0, 1e2, 1e3, 1e6, 1e9, 1024.0, 1024.0**2, 1024.0**3}
)


def unit_of_name(name: str) -> Unit | None:
    """Gives the unit that a metric's name ends with; `None` when it names none."""
    words = name.split("_")
    if words[-1] in _COUNTED:
        return SECONDS if words[-1] == "created" else COUNT
    if words[-1] in {"total", "sum", "max", "min", "avg"}:
        is_total = words[-1] == "total"
        words = words[:-1]
        if is_total and (not words or words[-1] not in _SUFFIXES):
            return COUNT
    return _SUFFIXES.get(words[-1]) if words else None


def convert(unit: Unit, factor: float) -> Unit:
    """Gives the unit after multiplying by a number.

    Times 1000 turns seconds into milliseconds; a factor that is no conversion (0.9
    of a limit) changes the number and not its unit.
    """
    if factor in _CONVERSIONS or (factor and 1 / factor in _CONVERSIONS):
        return Unit(unit.powers, unit.scale / factor)
    return unit
