"""Times as the people of an organisation read them."""

import datetime as dt
import zoneinfo

__all__ = ["write"]


def write(seconds: float, time_zone: str) -> str:
    """Gives a time in Unix seconds as it is in a time zone, to the minute."""
    local = dt.datetime.fromtimestamp(seconds, zoneinfo.ZoneInfo(time_zone))
    return f"{local:%Y-%m-%d %H:%M}"
