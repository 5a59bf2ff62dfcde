"""Quantities with their units: held in base units, written with units for people.

Seconds, bytes and ratios 0..1 inside; `500ms`, `2GiB` and `5%` only at the edges.
"""

import enum
import re
from dataclasses import dataclass
from typing import Final, Self

__all__ = ["Duration", "Unit", "parse_quantity"]

_MILLISECONDS: Final = {
    "ms": 1,
    "s": 1_000,
    "m": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
    "w": 604_800_000,
    "y": 31_536_000_000,
}
"""https://prometheus.io/docs/prometheus/latest/querying/basics/#float-literals-and-time-durations"""

_DURATION: Final = re.compile(
    r"(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?"
)
_DURATION_UNITS: Final = ("y", "w", "d", "h", "m", "s", "ms")
# Weeks and years are read but never written: "1w" reads worse than "7d" in a rule.
_WRITTEN_UNITS: Final = ("d", "h", "m", "s", "ms")


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A span of time in whole milliseconds, never negative.

    Raises:
        ValueError: when `milliseconds` is negative.
    """

    milliseconds: int

    def __post_init__(self) -> None:
        if self.milliseconds < 0:
            raise ValueError(f"a duration is not negative: {self.milliseconds} ms")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads Prometheus notation such as `90s`, `5m` or `1h30m`; `0` is nothing.

        Raises:
            ValueError: when `text` is not a duration.
        """
        if text == "0":
            return cls(0)
        match = _DURATION.fullmatch(text)
        if match is None or not text:
            raise ValueError(f"not a duration: {text!r}")
        return cls(
            sum(
                int(count) * _MILLISECONDS[unit]
                for count, unit in zip(match.groups(), _DURATION_UNITS, strict=True)
                if count is not None
            )
        )

    @classmethod
    def of_seconds(cls, seconds: float) -> Self:
        """Gives the duration nearest to `seconds`, to the millisecond."""
        return cls(round(seconds * 1_000))

    @property
    def seconds(self) -> float:
        """The length in seconds."""
        return self.milliseconds / 1_000

    def __str__(self) -> str:
        """Writes the shortest Prometheus notation: `1h30m`, `0s`."""
        rest, parts = self.milliseconds, []
        for unit in _WRITTEN_UNITS:
            count, rest = divmod(rest, _MILLISECONDS[unit])
            if count:
                parts.append(f"{count}{unit}")
        return "".join(parts) or "0s"


class Unit(enum.Enum):
    """What a signal's number counts, in base units.

    The value is the word that a spec uses. `RATIO` is 0..1 and shown as percent.
    `CURRENCY` is in major units; which currency, a label of the series says.
    """

    RATIO = "ratio"
    SECONDS = "seconds"
    BYTES = "bytes"
    COUNT = "count"
    PER_SECOND = "per_second"
    PER_MINUTE = "per_minute"
    REQUESTS_PER_SECOND = "requests_per_second"
    BYTES_PER_SECOND = "bytes_per_second"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"
    SCORE = "score"
    CURRENCY = "currency"


_BINARY: Final = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}
_DECIMAL: Final = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([kKMGT]i?B|B)")
_PERCENT: Final = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_PLAIN: Final = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


def parse_quantity(text: str, unit: Unit) -> float:
    """Reads a threshold as people write it and gives it in the base unit.

    `5%` is 0.05 for a ratio, `500ms` is 0.5 for seconds, `2GiB` is 2147483648 for
    bytes. A plain number is taken as it stands, except for a ratio above 1, which
    is nearly always a percentage that lost its sign.

    Raises:
        ValueError: when `text` is no quantity of `unit`.
    """
    text = text.strip()
    if unit is Unit.RATIO:
        return _parse_ratio(text)
    if _PLAIN.fullmatch(text):
        return float(text)
    if unit is Unit.SECONDS:
        return Duration.parse(text).seconds
    if unit in {Unit.BYTES, Unit.BYTES_PER_SECOND}:
        return _parse_size(text)
    raise ValueError(f"not a number: {text!r}")


def _parse_ratio(text: str) -> float:
    if match := _PERCENT.fullmatch(text):
        # Decimal shift by text: 4.9 / 100 is 0.049000000000000005 in binary.
        ratio = float(f"{match[1]}e-2")
    elif _PLAIN.fullmatch(text):
        ratio = float(text)
    else:
        raise ValueError(f"not a ratio: {text!r}")
    if not 0 <= ratio <= 1:
        raise ValueError(f"a ratio lies between 0 and 1: {text!r}")
    return ratio


def _parse_size(text: str) -> float:
    match = _SIZE.fullmatch(text)
    factors = _BINARY | _DECIMAL
    if match is None or match[2] not in factors:
        raise ValueError(f"not a size: {text!r}")
    return float(match[1]) * factors[match[2]]
