"""Whether the numbers of a panel can be true: frozen ones, and ones of another unit."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from sightline.review.backtest import timelines

__all__ = ["STEP_SECONDS", "find_wrong_unit", "frozen_hours"]

STEP_SECONDS: Final = 3_600.0
_FROZEN_HOURS: Final = 12
"""Longer than the quiet of a night."""

_LIVELY: Final = 0.9
"""What moved in nine hours of ten before has no reason to stand still now."""

_FEWEST_HOURS: Final = 24

_ENDLESS_SHARE: Final = 20.0
"""2,000 %: more than any budget is overspent, less than a busy host in per cent."""

_EPOCH_SECONDS: Final = 1e9
_EPOCH_MILLISECONDS: Final = 1e11
"""2001 in seconds, and 1973 in milliseconds: no duration is so long."""


def frozen_hours(series: Sequence[timelines.Timeline]) -> int:
    """Gives for how many hours nothing has moved of what moved nearly always before.

    0 when something moved lately, or when standing still is usual. Adding up,
    rounding and zero are usual; the same figures of every series for half a day are
    not.

    Args:
        series: one number per hour, the last of them now.
    """
    if not series:
        return 0
    table = np.stack([one.numbers for one in series])
    before, after = table[:, :-1], table[:, 1:]
    is_known = np.isfinite(before) & np.isfinite(after)
    moved = (is_known & (before != after)).any(axis=0)
    if not is_known[:, -_FROZEN_HOURS:].any(axis=0).all():
        return 0
    last = int(np.flatnonzero(moved)[-1]) if moved.any() else -1
    still = moved.size - 1 - last
    lively = moved[: last + 1]
    if still < _FROZEN_HOURS or lively.size < _FEWEST_HOURS:
        return 0
    return still if lively.mean() >= _LIVELY else 0


def find_wrong_unit(unit: str, numbers: Sequence[float]) -> str:
    """Gives why numbers cannot be of a panel's unit; empty when they can.

    https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/

    Args:
        unit: as Grafana names it, such as `percentunit`.
        numbers: those that the panel shows now.
    """
    finite = [abs(one) for one in numbers if np.isfinite(one)]
    largest = max(finite, default=0.0)
    if unit == "percentunit" and largest > _ENDLESS_SHARE:
        return (
            f"{largest:g} shown as {100 * largest:,.0f} %: it is a percentage already"
        )
    if unit in {"s", "dtdurations"} and largest > _EPOCH_SECONDS:
        return f"{largest:.4g} seconds: it is a time, not a duration"
    if unit.startswith("dateTime") and 0 < largest < _EPOCH_MILLISECONDS:
        return f"{largest:.4g} shown as a date: Grafana takes milliseconds"
    return ""
