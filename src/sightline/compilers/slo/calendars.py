"""Calendars as PromQL: when a month began in a zone, and when maintenance is on.

PromQL knows UTC only. A zone's rules, summer time included, are written out from the
zone database as the moments at which something changes.
"""

import datetime as dt
import functools
import itertools
import zoneinfo
from collections.abc import Iterable
from typing import Final, assert_never

from sightline.compilers.slo import series
from sightline.model import names, rules, slos, units

__all__ = ["FIRST_YEAR", "LAST_YEAR", "compile_maintenance", "compile_month_start"]

FIRST_YEAR: Final = 2025
LAST_YEAR: Final = 2040
"""The years that are written out. Fixed, so that a build never depends on its day."""

_UTC: Final = "UTC"
_WEEK_SECONDS: Final = 604_800
_FIRST_MONDAY: Final = dt.date(1969, 12, 22)
"""Before all time: the modulo of PromQL keeps the sign of what it divides."""


def compile_month_start(zone: str) -> rules.RecordingRule:
    """Gives the rule that records when the current month began in `zone`.

    The record is absent before `FIRST_YEAR` and after `LAST_YEAR`.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: when the zone database has no such zone.
    """
    if zone == _UTC:
        expr = (
            "vector(time() - time() % 86400)\n"  # midnight
            "- (day_of_month() - 1) * 86400"
        )
    else:
        steps = _month_starts(zone)
        expr = (
            f"(\n{_render_steps(steps[:-1])}\n)\nand on () (vector(time()) >= "
            f"{steps[0][1]} < {steps[-1][1]})"
        )
    return series.record(series.MONTH_START, expr, {"tz": zone})


def compile_maintenance(
    service: names.ServiceName, windows: Iterable[slos.MaintenanceWindow]
) -> rules.RecordingRule:
    """Gives the rule that records 1 while planned work on `service` lasts, else 0."""
    calendar = "\nor\n".join(_render_schedule(window.schedule) for window in windows)
    return series.record(
        series.MAINTENANCE,
        f"(vector(1) and on () (\n{calendar}\n))\nor vector(0)",
        {"service": service},
    )


def _render_schedule(schedule: slos.Schedule) -> str:
    match schedule:
        case slos.OneOff(start=start, end=end):
            return (
                f"(vector(time()) >= {int(start.timestamp())} < {int(end.timestamp())})"
            )
        case slos.Weekly():
            return _render_weekly(schedule)
        case _:
            assert_never(schedule)


def _render_weekly(weekly: slos.Weekly) -> str:
    """Gives PromQL for a local hour of the week.

    Local seconds since the first such hour of all, modulo a week, are the seconds
    since it last began; that stays right where the window passes midnight or Sunday.
    """
    first = dt.datetime.combine(
        _FIRST_MONDAY + dt.timedelta(days=weekly.weekday),
        weekly.start,
        tzinfo=dt.UTC,
    )
    length = int(weekly.length.seconds)
    local = f"vector(time() + {-int(first.timestamp())})"
    offset = _render_steps(_offsets(weekly.zone))
    return f"((\n{local}\n+ {offset}\n) % {_WEEK_SECONDS} < {length})"


Step = tuple[int, int]
"""From a moment on (Unix seconds), a number."""


def _render_steps(steps: tuple[Step, ...]) -> str:
    """Gives PromQL for a number that changes at known moments."""
    lines = [f"vector({steps[0][1]})"]
    for (_, before), (moment, after) in itertools.pairwise(steps):
        sign = "+" if after >= before else "-"
        change = abs(after - before)
        lines.append(f"{sign} {change} * (vector(time()) >= bool {moment})")
    return "\n".join(lines)


@functools.cache
def _month_starts(zone: str) -> tuple[Step, ...]:
    """Gives each month's begin as moment and number, that after the last included."""
    place = zoneinfo.ZoneInfo(zone)
    months = [
        dt.datetime(year, month, 1, tzinfo=place)
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
        for month in range(1, 13)
    ]
    months.append(dt.datetime(LAST_YEAR + 1, 1, 1, tzinfo=place))
    starts = [int(month.timestamp()) for month in months]
    return tuple(zip(starts, starts, strict=True))


@functools.cache
def _offsets(zone: str) -> tuple[Step, ...]:
    """Gives the zone's distance from UTC in seconds, and when it changes."""
    place = zoneinfo.ZoneInfo(zone)
    day = int(units.Duration.parse("1d").seconds)
    moment = int(dt.datetime(FIRST_YEAR, 1, 1, tzinfo=dt.UTC).timestamp())
    end = int(dt.datetime(LAST_YEAR + 1, 1, 1, tzinfo=dt.UTC).timestamp())
    steps = [(moment, _offset(place, moment))]
    while moment < end:
        after = moment + day
        if _offset(place, after) != steps[-1][1]:
            change = _find_change(place, moment, after)
            steps.append((change, _offset(place, change)))
        moment = after
    return tuple(steps)


def _find_change(place: zoneinfo.ZoneInfo, before: int, after: int) -> int:
    """Gives the first second with the offset of `after`, by halving."""
    old = _offset(place, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(place, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(place: zoneinfo.ZoneInfo, moment: int) -> int:
    shift = dt.datetime.fromtimestamp(moment, tz=place).utcoffset()
    return int(shift.total_seconds()) if shift is not None else 0
