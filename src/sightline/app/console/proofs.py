"""Whether an alert was proven, as the last `sightline prove --format json` said."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import pydantic

__all__ = ["Proof", "Results", "find", "load"]

_WORST_FIRST: Final = ("refuted", "not_proven", "proven")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is known of one alert: `proven`, `refuted`, `not_proven` or `unknown`."""

    state: str
    reason: str
    at: float | None


class _Judged(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="ignore")

    alert: str
    verdict: Literal["proven", "refuted", "not_proven"]
    reason: str = ""


class Results(pydantic.BaseModel):
    """The results of one run; `at` is when they were written, in Unix seconds."""

    model_config = pydantic.ConfigDict(extra="ignore")

    proofs: list[_Judged]
    at: float = 0.0


def load(path: Path | None) -> Results | None:
    """Reads the results; `None` when there are none that can be read."""
    if path is None:
        return None
    try:
        found = Results.model_validate_json(path.read_bytes())
        return found.model_copy(update={"at": path.stat().st_mtime})
    except (OSError, pydantic.ValidationError):
        return None


def find(results: Results | None, alert: str) -> Proof:
    """Gives what the results say of an alert; whom they do not name is not proven.

    Rules that share a name are judged together: the worst counts.
    """
    if results is None:
        return Proof(state="unknown", reason="no results of a proof are here", at=None)
    named = [one for one in results.proofs if one.alert == alert]
    if not named:
        reason = "the last proof did not name it"
        return Proof(state="unknown", reason=reason, at=None)
    worst = min(named, key=lambda one: _WORST_FIRST.index(one.verdict))
    return Proof(state=worst.verdict, reason=worst.reason, at=results.at)
