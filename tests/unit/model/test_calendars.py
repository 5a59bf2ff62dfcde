import datetime as dt
import zoneinfo

import pytest

from sightline.model import calendars

NEW_YORK = zoneinfo.ZoneInfo("America/New_York")


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        ("2026-11-24T04:59:59", "2026-11-23T05:00:00"),
        ("2026-11-24T05:00:00", "2026-11-24T05:00:00"),
        ("2026-07-01T12:00:00", "2026-07-01T04:00:00"),  # summer time
        ("2026-03-08T20:00:00", "2026-03-08T05:00:00"),  # the clock changed at 7:00
        ("2026-11-01T06:30:00", "2026-11-01T04:00:00"),  # half past one, again
    ],
)
def test_a_day_begins_at_midnight_of_the_zone(now: str, midnight: str) -> None:
    assert calendars.day_start(utc(now), NEW_YORK) == utc(midnight)


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("2026-12-01T04:59:59", "2026-11-01T04:00:00"),  # it is still November
        ("2026-12-01T05:00:00", "2026-12-01T05:00:00"),
        ("2026-03-31T12:00:00", "2026-03-01T05:00:00"),  # in winter time, as it was
    ],
)
def test_a_month_begins_at_midnight_of_its_first_in_the_zone(
    now: str, first: str
) -> None:
    assert calendars.month_start(utc(now), NEW_YORK) == utc(first)
