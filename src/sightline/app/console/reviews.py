"""The reviews that were held, and how their figures went from one to the next."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline.app.review import history
from sightline.review import reports

__all__ = ["Figure", "Held", "Shelf", "load", "read_page"]

_NAME: Final = re.compile(r"(weekly|monthly|quarterly)-\d+")
_DAY_SECONDS: Final = 86_400.0
_SHORTEST_DAYS: Final[Mapping[reports.Cadence, int]] = {
    reports.Cadence.WEEKLY: 7,
    reports.Cadence.MONTHLY: 28,
    reports.Cadence.QUARTERLY: 90,
}
_TREND: Final = 12
"""A quarter of weeks, a year of months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One review; times are in Unix seconds.

    Attributes:
        name: of its page, in addresses.
        end: of the period that it looked at.
        to_do: how many findings it had.
        change: since the review of the period before.
        has_page: reviews of older versions left none.
    """

    name: str
    made_at: float
    end: float
    to_do: int
    change: history.Change
    has_page: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number of a chore, review by review, the oldest first."""

    section: str
    name: str
    numbers: Sequence[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The reviews of one cadence, the newest first, and their figures."""

    cadence: reports.Cadence
    held: Sequence[Held]
    figures: Sequence[Figure]


def load(home: Path) -> tuple[Shelf, ...]:
    """Gives what was held of each cadence.

    Args:
        home: where a project's reviews are kept.

    Raises:
        EnvironmentFailed: a file there is none of ours.
    """
    return tuple(_load(home, cadence) for cadence in reports.Cadence)


def read_page(home: Path, name: str) -> str | None:
    """Gives the HTML page of a review; `None` where there is none of this name."""
    if not _NAME.fullmatch(name):
        return None
    try:
        return (history.folder_of(home) / f"{name}{history.PAGE_SUFFIX}").read_text(
            encoding="utf-8"
        )
    except FileNotFoundError:
        return None


def _load(home: Path, cadence: reports.Cadence) -> Shelf:
    kept = history.load(home, cadence)
    gap = _SHORTEST_DAYS[cadence] * _DAY_SECONDS / 2
    reviews = list(kept.values())
    held = [
        _describe(path, one, _before(reviews[:place], gap, one))
        for place, (path, one) in enumerate(kept.items())
    ]
    return Shelf(
        cadence=cadence,
        held=held[::-1],
        figures=list(_figures(reviews, gap)),
    )


def _end(one: history.Kept) -> float:
    return one.end or one.made_at


def _before(
    earlier: Sequence[history.Kept], gap: float, one: history.Kept
) -> history.Kept | None:
    return next(history.apart(earlier, gap, _end(one)), None)


def _describe(path: Path, one: history.Kept, before: history.Kept | None) -> Held:
    now, sections = set(one.found), set(one.figures)
    return Held(
        name=path.stem,
        made_at=one.made_at,
        end=_end(one),
        to_do=len(one.found),
        change=history.differ(before, now, sections) if before else history.Change(),
        has_page=path.with_suffix(history.PAGE_SUFFIX).is_file(),
    )


def _figures(reviews: Sequence[history.Kept], gap: float) -> Iterator[Figure]:
    """Gives the figures of the newest review, one number for each period."""
    if not reviews:
        return
    newest = reviews[-1]
    periods = [*history.apart(reviews[:-1], gap, _end(newest))][: _TREND - 1]
    line = [*reversed(periods), newest]
    for section, figures in newest.figures.items():
        for name in figures:
            numbers = [one.figures.get(section, {}).get(name) for one in line]
            yield Figure(section=section, name=name, numbers=numbers)
