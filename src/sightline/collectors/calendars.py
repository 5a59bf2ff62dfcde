"""When days and months begin, in a zone."""

import datetime as dt
import zoneinfo

__all__ = ["month_start"]


def month_start(moment: float, zone: zoneinfo.ZoneInfo) -> int:
    """Gives the midnight with which a month began in a zone; both in Unix seconds."""
    local = dt.datetime.fromtimestamp(moment, zone)
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    return int(first.timestamp())
