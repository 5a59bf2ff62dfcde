"""Whether an alert was proven, as the last `sightline prove --format json` said."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pydantic

__all__ = ["Proof", "Results", "find", "load"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is known of one alert: `proven`, `refuted`, `not_proven` or `unknown`."""

    state: str
    reason: str
    at: float | None


class _Judged(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="ignore")

    alert: str
    reason: str = ""


_Names = list[_Judged | str]


class Results(pydantic.BaseModel):
    """The results of one run; `at` is when they were written, in Unix seconds.

    Where `proven` is a number alone, it names nobody.
    """

    model_config = pydantic.ConfigDict(extra="ignore")

    proven: _Names | int = 0
    refuted: _Names = []
    not_proven: _Names = []
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
    """Gives what the results say of an alert; whom they do not name is not proven."""
    if results is None:
        return Proof(state="unknown", reason="no results of a proof are here", at=None)
    named: Mapping[str, _Names] = {
        "refuted": results.refuted,
        "not_proven": results.not_proven,
        "proven": results.proven if isinstance(results.proven, list) else [],
    }
    for state, judged in named.items():
        for one in judged:
            name = one if isinstance(one, str) else one.alert
            if name == alert:
                reason = "" if isinstance(one, str) else one.reason
                return Proof(state=state, reason=reason, at=results.at)
    return Proof(state="unknown", reason="the last proof did not name it", at=None)
