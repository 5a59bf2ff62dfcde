"""Grafana's times: Unix time in milliseconds."""

import datetime as dt
from typing import Annotated, Final

import pydantic

__all__ = ["Time", "to_milliseconds"]

_MILLISECONDS: Final = 1000


def to_milliseconds(time: dt.datetime) -> int:
    """Gives an aware time as Grafana writes it."""
    return round(time.timestamp() * _MILLISECONDS)


def _from_milliseconds(given: object) -> object:
    if isinstance(given, int):
        return dt.datetime.fromtimestamp(given / _MILLISECONDS, tz=dt.UTC)
    return given


Time = Annotated[dt.datetime, pydantic.BeforeValidator(_from_milliseconds)]
"""A time of which Grafana gives the milliseconds."""
