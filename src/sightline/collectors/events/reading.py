"""Chunks of whole lines → rows, each with the fields that somebody asks for."""

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from sightline.collectors.events import (
    access_logs,
    json_lines,
    log_formats,
    logfmt,
    rejections,
)
from sightline.model import events

__all__ = ["LineReader", "open_reader"]

Row = object


class LineReader(Protocol):
    """Reads chunks; a row's shape is its own, so it also gives what takes it apart.

    Attributes:
        countable: all fields of a row; none where rows cannot be counted as they are.
    """

    countable: frozenset[str]

    def read(self, chunk: bytes) -> Sequence[Row]:
        """Gives the rows of a chunk that ends with a line break; rejects the rest."""

    def getter(self, fields: Sequence[str]) -> Callable[[Row], object]:
        """Gives what takes from a row a field, or the tuple of several."""


def open_reader(
    line_format: events.Format,
    fields: Collection[str],
    rejected: rejections.Rejections,
) -> LineReader:
    """Gives the reader of a format.

    Args:
        line_format: what a line looks like.
        fields: those that are asked for; no other is looked at.
        rejected: told of every line that is no row.

    Raises:
        InputError: the format has no such field.
    """
    match line_format:
        case events.JsonLines():
            return json_lines.JsonReader(fields, rejected)
        case events.Logfmt():
            return logfmt.LogfmtReader(fields, rejected)
        case events.LogFormat(text=text):
            patterns = log_formats.compile_log_format(text, fields)
            return access_logs.AccessLogReader(patterns, rejected)
