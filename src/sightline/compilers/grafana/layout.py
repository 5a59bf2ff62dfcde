"""Where panels stand on Grafana's grid of 24 columns."""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["COLUMNS", "Place", "Size", "place"]

COLUMNS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many grid columns and rows a panel takes."""

    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A panel's corner and size on the grid."""

    x: int
    y: int
    width: int
    height: int


def place(sizes: Iterable[Size], top: int) -> tuple[Place, ...]:
    """Gives places from left to right, in lines that never pass the last column.

    A line is as high as its highest panel; the next one begins below it.

    Args:
        sizes: the panels in reading order.
        top: the grid row of the first line.
    """
    places: list[Place] = []
    x, y, line_height = 0, top, 0
    for size in sizes:
        if x + size.width > COLUMNS:
            x, y, line_height = 0, y + line_height, 0
        places.append(Place(x=x, y=y, width=size.width, height=size.height))
        x += size.width
        line_height = max(line_height, size.height)
    return tuple(places)
