"""Reviews that were held before: what is new since the last one, and what is done.

Of every review its findings are kept, its headline figures, and what a chore asked to
be told the next time. The last review of a cadence is the newest one of an earlier
period: holding a review twice in a week does not make the week's findings old.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pydantic

from sightline import errors
from sightline.review import reports

__all__ = [
    "PAGE_SUFFIX",
    "Change",
    "FigureTrends",
    "Kept",
    "Trend",
    "apart",
    "compare",
    "differ",
    "earlier",
    "folder_of",
    "keep",
    "keep_page",
    "load",
    "trend",
]

PAGE_SUFFIX: Final = ".html"
"""Of the page of a review, beside the file that it is noted in."""

_FOLDER: Final = "reviews"
_TREND: Final = 12
"""A quarter of weeks, a year of months."""

FigureTrends = Mapping[str, Sequence[float | None]]
"""Figures of consecutive reviews, oldest first, by name."""

Trend = Mapping[str, FigureTrends]
"""The figures of every section, by the section's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept of a review.

    Attributes:
        made_at: in Unix seconds.
        end: of the period that it looked at, in Unix seconds.
        found: subjects and problems, by the findings' identities.
        figures: by the name of the section and of the figure.
        remembered: by the name of the section, what it asked to be told again.
    """

    made_at: float
    end: float = 0.0
    found: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    remembered: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of the findings of the last review of the same cadence.

    Attributes:
        since: when that was made, in Unix seconds; `None` when there was none.
        new: identities that it did not have.
        done: subjects and problems that it had, and that are gone.
    """

    since: float | None = None
    new: frozenset[str] = frozenset()
    done: tuple[str, ...] = ()


_KEPT: Final = pydantic.TypeAdapter(Kept)


def folder_of(home: Path) -> Path:
    """Gives the folder of a project's home that has its reviews."""
    return home / _FOLDER


def earlier(
    folder: Path, cadence: reports.Cadence, start: float, end: float
) -> tuple[Kept, ...]:
    """Gives the reviews of earlier periods, one each, the oldest first.

    Args:
        folder: where they are kept.
        cadence: whose.
        start: of the present period, in Unix seconds.
        end: of the present period.

    Raises:
        EnvironmentFailed: a file there is none of ours.
    """
    kept = list(load(folder, cadence).values())
    return tuple(reversed(list(apart(kept, (end - start) / 2, end))))


def load(folder: Path, cadence: reports.Cadence) -> Mapping[Path, Kept]:
    """Gives every review that is kept, by its file, the oldest first.

    Raises:
        EnvironmentFailed: a file there is none of ours.
    """
    paths = folder_of(folder).glob(f"{cadence.value}-*.json")
    kept = {path: _read(path) for path in paths}
    return dict(sorted(kept.items(), key=lambda one: one[1].made_at))


def apart(kept: Sequence[Kept], gap: float, end: float) -> Iterator[Kept]:
    """Gives the newest review of each period before `end`, the newest first.

    Args:
        kept: reviews of one cadence, the oldest first.
        gap: seconds between the ends of two periods, at least.
        end: of the period that the reviews are older than, in Unix seconds.
    """
    limit = end - gap
    for one in reversed(kept):
        ended = one.end or one.made_at
        if ended <= limit:
            yield one
            limit = ended - gap


def _read(path: Path) -> Kept:
    try:
        return _KEPT.validate_json(path.read_bytes())
    except pydantic.ValidationError as error:
        raise errors.EnvironmentFailed(
            f"expected a review that was kept in {path}, found something else; "
            "move it away"
        ) from error


def compare(kept: Sequence[Kept], report: reports.Report) -> Change:
    """Gives what changed since the last of the reviews `kept`."""
    if not kept:
        return Change()
    now = {one.identity for section in report.sections for one in section.found}
    return differ(kept[-1], now, {section.name for section in report.sections})


def differ(before: Kept, now: AbstractSet[str], held: AbstractSet[str]) -> Change:
    """Gives what changed since the review `before`.

    Args:
        before: a review of an earlier period.
        now: the identities of what is found now.
        held: the sections of now; a chore that was not held has done nothing.
    """
    return Change(
        since=before.made_at,
        new=frozenset(now - before.found.keys()),
        done=tuple(
            text
            for identity, text in before.found.items()
            if identity not in now and identity.partition("/")[0] in held
        ),
    )


def trend(kept: Sequence[Kept], report: reports.Report) -> Trend:
    """Gives the figures of the last reviews, this one last, by section and name."""
    recent = kept[-_TREND + 1 :]
    return {
        section.name: {
            name: [
                *(one.figures.get(section.name, {}).get(name) for one in recent),
                number,
            ]
            for name, number in section.figures.items()
        }
        for section in report.sections
        if section.figures
    }


def keep(folder: Path, report: reports.Report) -> Path:
    """Notes a review for the next one, and gives the file that it is noted in."""
    reviews = folder_of(folder)
    reviews.mkdir(parents=True, exist_ok=True)
    kept = {
        "made_at": report.made_at,
        "end": report.end,
        "found": {
            one.identity: f"{one.subject}: {one.problem}"
            for section in report.sections
            for one in section.found
        },
        "figures": {one.name: dict(one.figures) for one in report.sections},
        "remembered": {one.name: dict(one.remembered) for one in report.sections},
    }
    path = reviews / f"{report.cadence.value}-{report.made_at:.0f}.json"
    _write(path, json.dumps(kept))
    return path


def keep_page(path: Path, page: str) -> None:
    """Keeps what people read of a review beside the file that it is noted in."""
    _write(path.with_suffix(PAGE_SUFFIX), page)


def _write(path: Path, text: str) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
