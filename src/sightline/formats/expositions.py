"""A metrics page as it was served, with the lines of what is wrong with it.

Text and OpenMetrics differ little where they are read: both have one sample a line.
A page is read to its end whatever is wrong in it, as a person would; Prometheus throws
away a whole scrape because of one bad line, so each is worth a word. What a service
exposes besides what is asked for is only counted: a page may have a million lines.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

__all__ = ["Exposition", "Problem", "Samples", "Series", "read"]

_MOST_PROBLEMS: Final = 10
_LONGEST_SHOWN: Final = 60
_MOST_SERIES: Final = 50_000
_CUT_OFF: Final = "the page was cut off"

# Possessive (`++`): a page that somebody made on purpose must not take forever.
_QUOTED: Final = r'"(?:[^"\\\n]++|\\.)*+"'
_LABELS: Final = rf'\{{(?:[^"{{}}]++|{_QUOTED})*+\}}'
_SAMPLE: Final = re.compile(
    rf"""
    [ \t]*
    (?:
        (?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)
        (?:[ \t]*(?P<labels>{_LABELS})[ \t]*|[ \t]+)
      | (?P<named>{_LABELS})[ \t]*
    )
    (?P<number>\S+)
    (?:[ \t]+(?P<time>[-+.0-9eE]+))?
    (?P<exemplar>[ \t]+\#[ \t]+\{{.*)?
    [ \t]*
    """,
    re.VERBOSE,
)
_LABEL: Final = re.compile(
    rf"\s*(?:(?P<name>[a-zA-Z_]\w*|{_QUOTED})\s*=\s*)?(?P<text>{_QUOTED})\s*(?:,|$)"
)
_COMMENT: Final = re.compile(r"#[ \t]+(TYPE|HELP|UNIT)[ \t]+(\S+)(?:[ \t]+(.*))?")
_TYPES: Final = frozenset(
    {
        *("counter", "gauge", "histogram", "summary", "untyped", "unknown"),
        *("info", "stateset", "gaugehistogram"),
    }
)
_ESCAPES: Final = {r"\\": "\\", r"\"": '"', r"\n": "\n"}
_SUFFIXES: Final = ("_total", "_bucket", "_count", "_sum", "_created", "_info")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that Prometheus would not read."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Series:
    """One sample of a metric that was asked for."""

    line: int
    labels: Mapping[str, str]


@dataclass(slots=True)
class Samples:
    """The samples of one name.

    Attributes:
        line: of the first one.
        series: with their labels, where the name was asked for; the first of very
            many.
    """

    line: int
    count: int = 0
    series: list[Series] = field(default_factory=list)


@dataclass(slots=True)
class Exposition:
    """A whole page.

    Attributes:
        samples: by the name of the sample, `_bucket` and the like included.
        types: by the name of the family, as the page spells it.
    """

    samples: dict[str, Samples] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def type_of(self, name: str) -> str:
        """Gives the type of a sample's family; `untyped` where the page says none."""
        for family in (name, *_families(name)):
            if family in self.types:
                return self.types[family]
        return "untyped"


def _families(name: str) -> Iterator[str]:
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            yield name.removesuffix(suffix)


def read(
    text: str, wanted: Collection[str], *, is_openmetrics: bool = False
) -> Exposition:
    """Gives what a page says.

    Args:
        text: the page.
        wanted: the names of the samples whose labels matter.
        is_openmetrics: the page says so of itself, and must end accordingly.
    """
    page = Exposition()
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith("#"):
            _read_comment(page, number, line)
        elif line and not line.isspace():
            _read_sample(page, number, line, wanted)
    last = text.rstrip("\n").count("\n") + 1
    if is_openmetrics and not text.rstrip("\n").endswith("# EOF"):
        _complain(page, last, f"expected the line '# EOF' at the end; {_CUT_OFF}")
    elif not is_openmetrics and text and not text.endswith("\n"):
        _complain(page, last, f"expected a line end at the end; {_CUT_OFF}")
    return page


def _read_comment(page: Exposition, number: int, line: str) -> None:
    comment = _COMMENT.match(line)
    if comment is None or comment[1] != "TYPE":
        return
    name, kind = comment[2], (comment[3] or "").strip()
    if kind not in _TYPES:
        _complain(page, number, f"expected a type such as 'counter', found {kind!r}")
    elif name in page.types:
        _complain(page, number, f"a second TYPE line for {name!r}")
    else:
        page.types[name] = kind


def _read_sample(
    page: Exposition, number: int, line: str, wanted: Collection[str]
) -> None:
    sample = _SAMPLE.fullmatch(line)
    if sample is None:
        shown = line if len(line) <= _LONGEST_SHOWN else line[:_LONGEST_SHOWN] + "…"
        _complain(page, number, f"expected 'name{{labels}} number', found {shown!r}")
        return
    if not _is_number(sample["number"]):
        _complain(page, number, f"expected a number, found {sample['number']!r}")
        return
    name: str | None = sample["name"]
    labels: dict[str, str] | None = None
    if name is None or name in wanted:
        written = sample["labels"] or sample["named"] or "{}"
        labels = _read_labels(written[1:-1])
        name = name or (labels or {}).pop("", None)
        if labels is None or name is None:
            _complain(page, number, f"expected labels, found {written!r}")
            return
    samples = page.samples.get(name)
    if samples is None:
        samples = page.samples[name] = Samples(number)
    samples.count += 1
    if name in wanted and labels is not None and samples.count <= _MOST_SERIES:
        samples.series.append(Series(number, labels))


def _read_labels(text: str) -> dict[str, str] | None:
    """Gives the labels, a quoted name of the metric under the empty one."""
    labels: dict[str, str] = {}
    at = 0
    while at < len(text) and not text[at:].isspace():
        label = _LABEL.match(text, at)
        if label is None:
            return None
        name = label["name"] or ""
        labels[_unquote(name) if name.startswith('"') else name] = _unquote(
            label["text"]
        )
        at = label.end()
    return labels


def _unquote(text: str) -> str:
    inner = text[1:-1]
    if "\\" not in inner:
        return inner
    return re.sub(r"\\.", lambda found: _ESCAPES.get(found[0], found[0]), inner)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text


def _complain(page: Exposition, number: int, message: str) -> None:
    if len(page.problems) < _MOST_PROBLEMS:
        page.problems.append(Problem(max(number, 1), message))
