"""Maintenance is laid out in local time, and explains what was taken out or not."""

import datetime as dt

import numpy as np
import pytest

from sightline.model import names, slos, units
from sightline.review import maintenance
from sightline.review.backtest import timelines
from support import builders

SUNDAY_NIGHT = slos.Weekly(
    weekday=6,
    start=dt.time(3),
    length=units.Duration.parse("1h"),
    zone="America/New_York",
)


def _window(schedule: slos.Schedule) -> slos.MaintenanceWindow:
    return slos.MaintenanceWindow(
        name="housekeeping",
        services=(names.ServiceName("postgres"),),
        schedule=schedule,
        reason="vacuum",
        owner=names.TeamName("platform"),
        span=builders.SPAN,
    )


def _begins(schedule: slos.Schedule, start: str, end: str) -> list[str]:
    found = maintenance.occurrences(
        [_window(schedule)],
        dt.datetime.fromisoformat(start),
        dt.datetime.fromisoformat(end),
    )
    return [
        f"{dt.datetime.fromtimestamp(one.start, dt.UTC):%m-%d %H:%M}" for one in found
    ]


def test_a_weekly_window_keeps_its_local_hour_when_the_clocks_change() -> None:
    assert _begins(SUNDAY_NIGHT, "2026-10-24T00:00Z", "2026-11-09T00:00Z") == [
        "10-25 07:00",
        "11-01 08:00",
        "11-08 08:00",
    ]


def test_only_what_is_open_in_the_period_counts() -> None:
    once = slos.OneOff(
        start=dt.datetime(2026, 10, 31, 23, tzinfo=dt.UTC),
        end=dt.datetime(2026, 11, 1, 2, tzinfo=dt.UTC),
    )
    assert _begins(once, "2026-11-01T00:00Z", "2026-12-01T00:00Z") == ["11-01 00:00"]
    assert _begins(once, "2026-12-01T00:00Z", "2027-01-01T00:00Z") == []


def test_what_was_measured_and_does_not_count_was_taken_out() -> None:
    grid = timelines.Grid(start=0.0, step=300.0, count=10)
    raw, bad = np.full(10, 2.0), np.full(10, 0.5)
    counted = raw.copy()
    counted[3:5] = np.nan
    raw[9] = counted[9] = np.nan
    assert maintenance.take_out(grid, counted, raw, bad) == (
        maintenance.TakenOut(start=900.0, end=1_500.0, total=1_200.0, bad=300.0),
    )


@pytest.mark.parametrize(("start", "is_explained"), [(900.0, True), (9_000.0, False)])
def test_a_stretch_is_explained_by_the_window_that_it_lies_in(
    start: float, *, is_explained: bool
) -> None:
    window = _window(SUNDAY_NIGHT)
    planned = maintenance.Occurrence(window=window, start=600.0, end=4_200.0)
    taken = maintenance.TakenOut(start=start, end=start + 600, total=1.0, bad=0.0)
    found = maintenance.explain(taken, [planned])
    assert found == (window if is_explained else None)
