"""The maintenance calendar as Alertmanager's time intervals.

Alertmanager knows recurring times of a day, not moments. A window that passes midnight
becomes one entry for each day that it touches; one that happens once names its year,
month and day. Seconds are rounded outwards: an interval is whole minutes.
https://prometheus.io/docs/alerting/latest/configuration/#time_interval
"""

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, assert_never

from sightline.compilers import documents
from sightline.model import slos

__all__ = ["compile_time_intervals"]

_DAYS: Final = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
_DAY_MINUTES: Final = 24 * 60
_WEEK_MINUTES: Final = 7 * _DAY_MINUTES


def compile_time_intervals(
    windows: Iterable[slos.MaintenanceWindow],
) -> list[documents.Document]:
    """Gives one named interval for each window that mutes anything."""
    return [
        {"name": window.name, "time_intervals": list(_pieces(window.schedule))}
        for window in windows
        if window.mutes
    ]


def _pieces(schedule: slos.Schedule) -> Iterator[documents.Document]:
    match schedule:
        case slos.Weekly():
            yield from _weekly(schedule)
        case slos.OneOff():
            yield from _once(schedule)
        case _:
            assert_never(schedule)


def _weekly(weekly: slos.Weekly) -> Iterator[documents.Document]:
    start = weekly.start.hour * 60 + weekly.start.minute
    length = min(math.ceil(weekly.length.seconds / 60), _WEEK_MINUTES)
    for day, begin, end in _split(start, start + length):
        yield {
            "weekdays": [_DAYS[(weekly.weekday + day) % len(_DAYS)]],
            **_times(begin, end),
            "location": weekly.zone,
        }


def _once(once: slos.OneOff) -> Iterator[documents.Document]:
    start, end = once.start.astimezone(dt.UTC), once.end.astimezone(dt.UTC)
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    last = math.ceil((end - midnight) / dt.timedelta(minutes=1))
    for day, begin, stop in _split(start.hour * 60 + start.minute, last):
        date = midnight + dt.timedelta(days=day)
        yield {
            "years": [str(date.year)],
            "months": [str(date.month)],
            "days_of_month": [str(date.day)],
            **_times(begin, stop),
            "location": "UTC",
        }


def _split(begin: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Gives for each day from the first midnight on: its number, and from when to when.

    All in minutes; `begin` and `end` count from the first midnight.
    """
    for day in range(begin // _DAY_MINUTES, math.ceil(end / _DAY_MINUTES)):
        midnight = day * _DAY_MINUTES
        yield day, max(begin - midnight, 0), min(end - midnight, _DAY_MINUTES)


def _times(begin: int, end: int) -> Mapping[str, documents.Document]:
    return {"times": [{"start_time": _clock(begin), "end_time": _clock(end)}]}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
