"""When an event was, as its line says it."""

import datetime as dt
from typing import Final

__all__ = ["parse_moment"]

_ACCESS_LOG: Final = "%d/%b/%Y:%H:%M:%S %z"
"""https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats, `%t`"""
_UNITS: Final = (
    # Seconds stay below this until the year 5138; then come milli-, micro-, nano-.
    (1e11, 1.0),
    (1e14, 1e3),
    (1e17, 1e6),
    (1e20, 1e9),
)


def parse_moment(found: object) -> float | None:
    """Gives Unix seconds, or `None` when a field tells no time.

    ISO 8601, the time of access logs, and numbers since 1970 in any usual unit; a
    time without a zone is UTC.
    """
    if isinstance(found, bool):
        return None
    if isinstance(found, int | float):
        return _of_number(found)
    text = str(found)
    try:
        return _of_number(float(text))
    except ValueError:
        return _of_text(text)


def _of_number(number: float) -> float | None:
    for limit, unit in _UNITS:
        if 0 < number < limit:
            return number / unit
    return None


def _of_text(text: str) -> float | None:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = dt.datetime.strptime(text, _ACCESS_LOG)  # noqa: DTZ007 - it has %z
        except ValueError:
            return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return moment.timestamp()
