"""Units of measured queries, and thresholds as people write them."""

from typing import Final

from sightline.model import units
from sightline.promql import dimensions, facts

__all__ = ["find_unit", "write"]

_SECONDS: Final = dimensions.Unit.of("seconds")
_BYTES: Final = dimensions.Unit.of("bytes")
_SIZES: Final = (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1))
_MILLISECONDS: Final = 1000


def find_unit(fact: facts.Fact) -> units.Unit:
    """Gives the unit that is certain of a query; a plain count otherwise."""
    found = fact.unit if isinstance(fact, facts.Vector) else None
    if found == _SECONDS:
        return units.Unit.SECONDS
    if found == _BYTES:
        return units.Unit.BYTES
    return units.Unit.COUNT


def write(bound: float, unit: units.Unit) -> str | float | int:
    """Gives a bound so that it is read as the very same number."""
    if unit is units.Unit.SECONDS and _is_whole(bound * _MILLISECONDS):
        written: str | float | int = str(units.Duration.of_seconds(bound))
    elif unit is units.Unit.BYTES and _is_whole(bound):
        suffix, size = next(one for one in _SIZES if bound % one[1] == 0)
        written = f"{int(bound) // size}{suffix}"
    else:
        written = int(bound) if _is_whole(bound) else bound
    return written


def _is_whole(number: float) -> bool:
    return number >= 0 and float(number).is_integer()
