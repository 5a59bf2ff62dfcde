"""Reviews that were held before: what is new since the last one, and what is done."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline.review import reports

__all__ = ["Change", "compare", "keep"]

_FOLDER: Final = "reviews"


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


def compare(folder: Path, report: reports.Report) -> Change:
    """Gives what changed since the last review that is kept in `folder`."""
    kept = sorted((folder / _FOLDER).glob(f"{report.cadence.value}-*.json"))
    earlier = [path for path in kept if _made_at(path) < report.made_at]
    if not earlier:
        return Change()
    before = json.loads(earlier[-1].read_text())
    known: dict[str, str] = before["found"]
    now = {one.identity for section in report.sections for one in section.found}
    return Change(
        since=before["made_at"],
        new=frozenset(now - known.keys()),
        done=tuple(text for identity, text in known.items() if identity not in now),
    )


def keep(folder: Path, report: reports.Report) -> None:
    """Notes the findings for the next review."""
    reviews = folder / _FOLDER
    reviews.mkdir(parents=True, exist_ok=True)
    found = {
        one.identity: f"{one.subject}: {one.problem}"
        for section in report.sections
        for one in section.found
    }
    path = reviews / f"{report.cadence.value}-{report.made_at:.0f}.json"
    path.write_text(json.dumps({"made_at": report.made_at, "found": found}))


def _made_at(path: Path) -> float:
    return float(path.stem.rpartition("-")[2])
