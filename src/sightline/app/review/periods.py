"""Which stretch of time a review looks at, in the organisation's own time zone."""

import datetime as dt
import zoneinfo
from typing import Final

from sightline.review import reports
from sightline.review.backtest import replaying

__all__ = ["period_of"]

_WEEK: Final = dt.timedelta(weeks=1)
_MONTHS: Final = {reports.Cadence.MONTHLY: 1, reports.Cadence.QUARTERLY: 3}


def period_of(
    cadence: reports.Cadence, now: dt.datetime, zone: zoneinfo.ZoneInfo
) -> replaying.Period:
    """Gives the last seven days, or the last whole calendar month or quarter.

    A month has 28 to 31 days, and an hour more or less where the clocks change.
    """
    if cadence is reports.Cadence.WEEKLY:
        return replaying.Period(start=now - _WEEK, end=now)
    months = _MONTHS[cadence]
    local = now.astimezone(zone)
    counted = local.year * 12 + local.month - 1
    last = counted - counted % months
    return replaying.Period(start=_begin(last - months, zone), end=_begin(last, zone))


def _begin(counted: int, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Gives the first moment of a month, counted from the year 0."""
    year, month = divmod(counted, 12)
    return dt.datetime(year, month + 1, 1, tzinfo=zone).astimezone(dt.UTC)
