"""A study of an alert as the console answers it: two limits, two durations."""

import json
from typing import Any, Final

__all__ = ["END", "lines"]

END: Final = 1_790_000_000
_WEEK_SECONDS: Final = 7 * 86_400
_PARTS: Final = 40


def lines() -> str:
    """Gives the lines of the answer: what is being done, and the study."""
    said = {"progress": {"words": "reading the spec", "step": 0, "of": 4}}
    return f"{json.dumps(said)}\n{json.dumps({'study': _study()})}\n"


def _study() -> dict[str, Any]:
    start = END - _WEEK_SECONDS
    return {
        "alert": "HighErrorRate",
        "title": "HTTP 5xx ratio",
        "is_below": False,
        "start": start,
        "end": END,
        "step": 60.0,
        "interval": 15.0,
        "limits": [0.05, 0.2],
        "limit_words": ["5%", "20%"],
        "holds": [120.0, 300.0],
        "present": [0, 0],
        "outcomes": [
            [_outcome(4, 2, "11", 150.0), _outcome(2, 2, "11", 330.0)],
            [_outcome(1, 1, "10", 180.0), _outcome(0, 0, "00", None)],
        ],
        "incidents": [
            {"service": "billing-svc", "start": END - 90_000, "end": END - 80_000},
            {"service": "market-svc", "start": start + 80_000, "end": start + 90_000},
        ],
        "incident_count": 2,
        "curve": [_number(part) for part in range(_PARTS)],
        "advice": [0, 1],
        "reason": "",
        "is_guarded": True,
        "is_truth_known": True,
    }


def _outcome(
    episodes: int, found: int, caught: str, delay: float | None
) -> dict[str, Any]:
    return {
        "episodes": episodes,
        "right": found,
        "found": found,
        "delay": delay,
        "caught": caught,
    }


def _number(part: int) -> float | None:
    """Gives a quiet week with a gap and two bad hours."""
    if part in {20, 21}:
        return None
    return {5: 0.09, 34: 0.31, 35: 0.28}.get(part, 0.004)
