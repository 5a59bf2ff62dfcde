"""The bundled catalogue: what well-known exporters expose.

It lies in `exporters/*.txt`, one file for each exporter and one line for each metric:

    counter    node_cpu_seconds_total cpu mode
    histogram  prometheus_http_request_duration_seconds handler | 0.1 0.2 0.4 1 3 8

The words are the type, the name and the labels; `?` marks a label that some series
lack, and behind `|` stand the bounds of the buckets, without `+Inf`. `boolean` is a
gauge of 0 and 1, `natural` one that is never negative, `untyped` may be a gauge or a
counter, and `summary` has the ranks of
its quantiles behind `|`. `unit:bytes` says what the name does not. The first line
names the exporter and its version. A histogram without bounds may have any.

Which labels a scrape configuration adds nobody knows here, so other labels may be
there: `Catalogue.close` says that there are none.
"""

import functools
import importlib.resources
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sightline.promql import (
    catalogue,
    dimensions,
    exposition,
    intervals,
    labelsets,
    naming,
)

__all__ = ["exporters", "load_catalogue", "load_exporter", "read_exporter"]

_Kind = catalogue.Kind
_FOLDER: Final = "exporters"
_UNIT: Final = "unit:"


@functools.cache
def load_catalogue() -> catalogue.Catalogue:
    """Gives the metrics of all bundled exporters."""
    found = catalogue.EMPTY
    for name in exporters():
        found |= load_exporter(name)
    return found


@functools.cache
def load_exporter(name: str) -> catalogue.Catalogue:
    """Gives the metrics of one of the `exporters`."""
    return read_exporter(_read(name))


@functools.cache
def exporters() -> tuple[str, ...]:
    """Gives the names of the bundled exporters, in order."""
    folder = importlib.resources.files("sightline.promql") / _FOLDER
    files = (entry.name for entry in folder.iterdir())
    return tuple(
        sorted(name.removesuffix(".txt") for name in files if name.endswith(".txt"))
    )


def read_exporter(text: str) -> catalogue.Catalogue:
    """Gives the metrics that one file of the catalogue lists."""
    title, _, rest = text.partition("\n")
    origin = f"bundled catalogue: {title.removeprefix('#').strip()}"
    return catalogue.Catalogue.of(
        metric
        for line in rest.splitlines()
        if line and not line.startswith("#")
        for metric in _metrics(line, origin)
    )


def _read(name: str) -> str:
    folder = importlib.resources.files("sightline.promql") / _FOLDER
    return (folder / f"{name}.txt").read_text(encoding="utf-8")


def _metrics(line: str, origin: str) -> Iterator[catalogue.Metric]:
    declared, _, listed = line.partition("|")
    kind, name, *words = declared.split()
    units = [word for word in words if word.startswith(_UNIT)]
    words = [word for word in words if not word.startswith(_UNIT)]
    line_facts = _Line(
        labels={**exposition.TARGET_LABELS, **dict(map(_label, words))},
        unit=_unit(units[0]) if units else None,
        origin=origin,
    )
    marks = listed.split()
    match kind:
        case "histogram":
            bounds = labelsets.Label.of(*marks, "+Inf") if marks else labelsets.ANY
            yield line_facts.metric(f"{name}_bucket", _Kind.BUCKET, le=bounds)
        case "summary" if marks:
            ranks = labelsets.Label.of(*marks)
            yield line_facts.metric(name, _Kind.QUANTILE, quantile=ranks)
        case "boolean":
            yield line_facts.metric(name, _Kind.GAUGE, bounds=intervals.TRUTH)
        case "natural":
            yield line_facts.metric(name, _Kind.GAUGE, bounds=intervals.NATURAL)
        case "counter" | "gauge" | "info":
            yield line_facts.metric(name, _Kind(kind))
        case "untyped":
            yield line_facts.metric(name, _Kind.UNKNOWN)
        case _:
            pass
    if kind in {"histogram", "summary"}:
        yield line_facts.metric(f"{name}_sum", _Kind.COUNTER)
        yield line_facts.metric(f"{name}_count", _Kind.COUNTER)


def _label(word: str) -> tuple[str, labelsets.Label]:
    name = word.removesuffix("?")
    return name, labelsets.ANY if name == word else labelsets.MAYBE


def _unit(word: str) -> dimensions.Unit:
    return dimensions.Unit.of(word.removeprefix(_UNIT))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """What one line says of all its metrics."""

    labels: Mapping[str, labelsets.Label]
    unit: dimensions.Unit | None
    origin: str

    def metric(
        self,
        name: str,
        kind: catalogue.Kind,
        *,
        bounds: intervals.Interval | None = None,
        **special: labelsets.Label,
    ) -> catalogue.Metric:
        """Gives one of its metrics, with what is usual for such."""
        described = naming.describe(
            name,
            kind,
            labelsets.LabelSet({**self.labels, **special}, rest=labelsets.MAYBE),
            source=catalogue.Source.BUNDLED,
            origin=self.origin,
            bounds=bounds,
        )
        return replace(described, unit=self.unit or described.unit)
