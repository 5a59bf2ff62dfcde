"""A review looks at whole months and quarters, whatever the clocks do."""

import datetime as dt
import zoneinfo

import pytest

from sightline.app.review import periods
from sightline.review import reports

NEW_YORK = zoneinfo.ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("cadence", "now", "start", "hours"),
    [
        # The last month had the day with 25 hours in New York.
        ("monthly", "2026-12-01T12:00+00:00", "2026-11-01T04:00+00:00", 30 * 24 + 1),
        # March has the day with 23.
        ("monthly", "2026-04-02T00:00+00:00", "2026-03-01T05:00+00:00", 31 * 24 - 1),
        ("monthly", "2026-03-01T06:00+00:00", "2026-02-01T05:00+00:00", 28 * 24),
        ("monthly", "2028-03-15T00:00+00:00", "2028-02-01T05:00+00:00", 29 * 24),
        # Still December in New York.
        ("monthly", "2027-01-01T04:59+00:00", "2026-11-01T04:00+00:00", 30 * 24 + 1),
        ("quarterly", "2026-11-24T00:00+00:00", "2026-07-01T04:00+00:00", 92 * 24),
        ("quarterly", "2026-02-01T00:00+00:00", "2025-10-01T04:00+00:00", 92 * 24 + 1),
        ("weekly", "2026-11-24T00:00+00:00", "2026-11-17T00:00+00:00", 7 * 24),
    ],
)
def test_the_period_is(cadence: str, now: str, start: str, hours: int) -> None:
    period = periods.period_of(
        reports.Cadence(cadence), dt.datetime.fromisoformat(now), NEW_YORK
    )
    assert period.start == dt.datetime.fromisoformat(start)
    assert period.end - period.start == dt.timedelta(hours=hours)
