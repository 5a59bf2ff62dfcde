"""Catalogues from what is really there: a scrape, or the series of a server.

What is seen once is not all there is: the values of a label are taken to be any,
except the bounds of buckets and the ranks of quantiles. That a label is there at all
is believed.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from prometheus_client import parser

from sightline.promql import catalogue, labelsets, naming

__all__ = ["TARGET_LABELS", "UnreadableExposition", "of_series", "read_exposition"]

_Kind = catalogue.Kind
_OF_PARTS: Final = frozenset({"histogram", "summary"})
_ENUMERATED: Final = frozenset({"le", "quantile"})

TARGET_LABELS: Final[Mapping[str, labelsets.Label]] = {
    "instance": labelsets.ANY,
    "job": labelsets.ANY,
}
"""What Prometheus adds to everything that it scrapes."""

_Series = Iterable[Mapping[str, str]]


class UnreadableExposition(ValueError):
    """A text that is no metrics page."""


def read_exposition(
    text: str,
    *,
    origin: str,
    target_labels: Mapping[str, labelsets.Label] = TARGET_LABELS,
    source: catalogue.Source = catalogue.Source.SCRAPE,
) -> catalogue.Catalogue:
    """Gives the metrics of a page in Prometheus' text format.

    Args:
        text: the page.
        origin: where it comes from, for people.
        target_labels: what the server adds to each series.
        source: what kind of source `origin` is.

    Raises:
        UnreadableExposition: when `text` is no such page.
    """
    try:
        families = list(parser.text_string_to_metric_families(text))
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise UnreadableExposition(
            f"expected a metrics page in Prometheus' text format from {origin},"
            f" found a line that is none: {error}"
        ) from error
    metrics: list[catalogue.Metric] = []
    for family in families:
        by_name: dict[str, list[Mapping[str, str]]] = {}
        for sample in family.samples:
            by_name.setdefault(sample.name, []).append(sample.labels)
        for name, series in by_name.items():
            kind = _kind_of_sample(family.type, name)
            labels = _labels(series).set(target_labels)
            metrics.append(
                naming.describe(name, kind, labels, source=source, origin=origin)
            )
    return catalogue.Catalogue.of(metrics)


def of_series(
    series: Mapping[str, _Series],
    *,
    types: Mapping[str, str],
    origin: str,
    source: catalogue.Source = catalogue.Source.LIVE,
) -> catalogue.Catalogue:
    """Gives the metrics of a server from its series and its metadata.

    Args:
        series: the label sets of each name, those of the scrape target included.
        types: the type of each metric family, as `/api/v1/metadata` gives it.
        origin: the server, for people.
        source: what kind of source `origin` is.
    """
    metrics = []
    for name, found in series.items():
        kind = _kind_of_sample(_type_of(name, types), name)
        metrics.append(
            naming.describe(name, kind, _labels(found), source=source, origin=origin)
        )
    return catalogue.Catalogue.of(metrics)


def _type_of(name: str, types: Mapping[str, str]) -> str:
    """Gives the type of a series' family, which its name extends."""
    if name in types:
        return types[name]
    for suffix in naming.FAMILY_SUFFIXES:
        family = name.removesuffix(suffix)
        if family != name and types.get(family) in {"histogram", "summary"}:
            return types[family]
    return "unknown"


def _kind_of_sample(family_type: str, name: str) -> catalogue.Kind:
    if family_type in _OF_PARTS and name.endswith(("_sum", "_count")):
        return _Kind.COUNTER
    match family_type:
        case "counter" | "info":
            return _Kind(family_type)
        case "gauge" | "stateset":
            return _Kind.INFO if name.endswith("_info") else _Kind.GAUGE
        case "histogram":
            is_bucket = name.endswith("_bucket")
            return _Kind.BUCKET if is_bucket else _Kind.NATIVE_HISTOGRAM
        case "summary":
            return _Kind.QUANTILE
        case _:
            return naming.kind_of_name(name)


def _labels(series: _Series) -> labelsets.LabelSet:
    """Gives the labels of some series: certain where all have them."""
    found = list(series)
    names = sorted({name for labels in found for name in labels} - {"__name__"})
    return labelsets.LabelSet({name: _label(name, found) for name in names})


def _label(name: str, series: list[Mapping[str, str]]) -> labelsets.Label:
    texts = set(_texts(name, series))
    if name in _ENUMERATED:
        return labelsets.Label.of(*texts)
    return labelsets.Label(None, may_be_absent="" in texts)


def _texts(name: str, series: list[Mapping[str, str]]) -> Iterator[str]:
    return (labels.get(name, "") for labels in series)
