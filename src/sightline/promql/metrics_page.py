"""Metrics pages: Prometheus' text format, read for names, types and labels alone.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["InvalidPage", "Page", "read_page"]

Series = Iterable[Mapping[str, str]]
"""The label sets of one metric."""

_NAME: Final = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_LABEL: Final = re.compile(r'\s*([a-zA-Z_]\w*|"[^"]*")\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?')
_SAMPLE: Final = re.compile(
    rf'({_NAME})\s*(?:\{{((?:[^"}}]|"(?:[^"\\]|\\.)*")*)\}})?\s+([^\s{{}}]+)(?:\s.*)?'
)
_TYPE: Final = re.compile(rf"#\s+TYPE\s+({_NAME})\s+(\w+)\s*")
_ESCAPES: Final = {"\\n": "\n", '\\"': '"', "\\\\": "\\"}
_SUFFIXES: Final = ("_bucket", "_sum", "_count", "_total", "_info", "_created")


class InvalidPage(ValueError):
    """A text that is no metrics page."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page exposes.

    Attributes:
        types: the type of each metric family, as the page says it.
        series: the label sets of each name.
    """

    types: Mapping[str, str]
    series: Mapping[str, Series]

    def family_of(self, name: str) -> str:
        """Gives the family that a series belongs to; its own name when none is said."""
        if name in self.types:
            return name
        for suffix in _SUFFIXES:
            family = name.removesuffix(suffix)
            if family != name and family in self.types:
                return family
        return name

    def type_of(self, name: str) -> str:
        """Gives the type of a series' family; `unknown` when none is said."""
        return self.types.get(self.family_of(name), "unknown")


def read_page(text: str, *, origin: str) -> Page:
    """Gives what a metrics page exposes.

    Args:
        text: the page.
        origin: where it comes from, for people.

    Raises:
        InvalidPage: at the first line that is neither a comment nor a sample.
    """
    types: dict[str, str] = {}
    series: dict[str, list[Mapping[str, str]]] = {}
    lines = map(str.strip, text.splitlines())
    for number, line in enumerate(lines, start=1):
        if declared := _TYPE.fullmatch(line):
            types[declared[1]] = declared[2]
        elif line and not line.startswith("#"):
            name, labels = _read_sample(line, f"{origin}:{number}")
            series.setdefault(name, []).append(labels)
    return Page(types, series)


def _read_sample(line: str, place: str) -> tuple[str, Mapping[str, str]]:
    sample = _SAMPLE.fullmatch(line)
    if sample is None or not _is_number(sample[3]):
        raise InvalidPage(
            f'{place}: expected a sample such as `up{{job="api"}} 1`,'
            f" found {line[:60]!r}"
        )
    labels = _LABEL.findall(sample[2] or "")
    return sample[1], {
        name.strip('"'): re.sub(r"\\.", _unescape, text) for name, text in labels
    }


def _unescape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0], found[0])


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
