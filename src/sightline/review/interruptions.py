"""At which hours people are interrupted, in their own time zone.

Business hours are 8 to 18 from Monday to Friday, sleep 22 to 8, the rest is off-hours:
PagerDuty's definition. A shift has twelve hours, from 8 and from 20.
"""

import datetime as dt
import enum
import zoneinfo
from typing import Final

__all__ = ["SHIFT_LIMIT", "Hours", "hours_at", "shift_at"]

SHIFT_LIMIT: Final = 2
"""Incidents that a shift can take with their follow-up work.

https://sre.google/sre-book/being-on-call/: an incident takes six hours in all.
"""

_SATURDAY: Final = 5


class Hours(enum.Enum):
    """When an interruption comes; the value is what it weighs."""

    BUSINESS = 1
    OFF = 2
    SLEEP = 5


def hours_at(time: float, zone: zoneinfo.ZoneInfo) -> Hours:
    """Gives the kind of hours that a time in Unix seconds falls in."""
    local = dt.datetime.fromtimestamp(time, zone)
    if local.hour < 8 or local.hour >= 22:  # noqa: PLR2004 - the definition above
        return Hours.SLEEP
    is_working = local.weekday() < _SATURDAY and local.hour < 18  # noqa: PLR2004
    return Hours.BUSINESS if is_working else Hours.OFF


def shift_at(time: float, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Gives the local begin of the shift that a time in Unix seconds falls in."""
    local = dt.datetime.fromtimestamp(time, zone)
    day = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if local.hour >= 20:  # noqa: PLR2004 - the definition above
        return day.replace(hour=20)
    if local.hour >= 8:  # noqa: PLR2004
        return day.replace(hour=8)
    return (day - dt.timedelta(days=1)).replace(hour=20)
