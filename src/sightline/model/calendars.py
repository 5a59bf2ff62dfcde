"""When days and months begin in a zone."""

import datetime as dt
import zoneinfo

__all__ = ["day_start", "month_start"]


def day_start(now: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Gives the last midnight of a zone; clock changes move it in UTC."""
    local = now.astimezone(zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def month_start(now: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Gives the midnight with which the month began in a zone."""
    return day_start(now, zone).replace(day=1)
