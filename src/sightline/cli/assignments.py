"""What options are written as: NAME=CONTENT, and durations."""

import argparse
from pathlib import Path

from sightline.model import units

__all__ = ["parse_duration", "parse_path", "parse_port"]

_LARGEST_PORT = 65535


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


def _split(text: str, form: str) -> tuple[str, str]:
    name, equals, content = text.partition("=")
    if not (name and equals and content):
        raise argparse.ArgumentTypeError(f"expected {form}, found {text!r}")
    return name, content
