"""What options are written as: NAME=CONTENT, durations, and times."""

import argparse
import datetime as dt
from pathlib import Path

from sightline.model import units

__all__ = ["parse_days", "parse_duration", "parse_path", "parse_port", "parse_time"]

_LARGEST_PORT = 65535
_DAYS = range(2, 401)


def parse_days(text: str) -> int:
    """Reads a number of days from 2 to 400.

    Raises:
        ArgumentTypeError: `text` is something else.
    """
    if not text.isdecimal() or int(text) not in _DAYS:
        raise argparse.ArgumentTypeError(
            f"expected a number of days from 2 to 400, found {text!r}"
        )
    return int(text)


def parse_duration(text: str) -> units.Duration:
    """Reads `90s`, `5m` or `1h30m`.

    Raises:
        ArgumentTypeError: `text` is something else.
    """
    try:
        return units.Duration.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"expected a duration such as 5m, found {text!r}"
        ) from error


def parse_path(text: str) -> tuple[str, Path]:
    """Reads `NAME=PATH`.

    Raises:
        ArgumentTypeError: `text` is something else.
    """
    name, path = _split(text, "NAME=PATH")
    return name, Path(path)


def parse_port(text: str) -> tuple[str, int]:
    """Reads `NAME=PORT`.

    Raises:
        ArgumentTypeError: `text` is something else, or no port from 1 to 65535.
    """
    name, port = _split(text, "NAME=PORT")
    if not port.isascii() or not port.isdigit() or not 0 < int(port) <= _LARGEST_PORT:
        raise argparse.ArgumentTypeError(
            f"expected a port from 1 to {_LARGEST_PORT}, found {port!r}"
        )
    return name, int(port)


def parse_time(text: str) -> dt.datetime:
    """Reads Unix seconds, or a time such as `2027-01-31T12:00:00Z`; UTC by default.

    Raises:
        ArgumentTypeError: `text` is something else.
    """
    try:
        if text.replace(".", "", 1).isdigit():
            return dt.datetime.fromtimestamp(float(text), tz=dt.UTC)
        moment = dt.datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(
            f"expected Unix seconds or a time such as 2027-01-31T12:00:00Z, "
            f"found {text!r}"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _split(text: str, form: str) -> tuple[str, str]:
    name, equals, content = text.partition("=")
    if not (name and equals and content):
        raise argparse.ArgumentTypeError(f"expected {form}, found {text!r}")
    return name, content
