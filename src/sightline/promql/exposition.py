"""Catalogues from what is really there: a scrape, or the series of a server.

What is seen once is not all there is: the values of a label are taken to be any,
except the bounds of buckets and the ranks of quantiles. That a label is there at all
is believed.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sightline.promql import catalogue, labelsets, metrics_page, naming

__all__ = ["TARGET_LABELS", "of_series", "read_exposition"]

_Kind = catalogue.Kind
_OF_PARTS: Final = frozenset({"histogram", "summary"})
_ENUMERATED: Final = frozenset({"le", "quantile"})

TARGET_LABELS: Final[Mapping[str, labelsets.Label]] = {
    "instance": labelsets.ANY,
    "job": labelsets.ANY,
}
"""What Prometheus adds to everything that it scrapes."""

_Series = Iterable[Mapping[str, str]]


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
        InvalidPage: when `text` is no such page.
    """
    page = metrics_page.read_page(text, origin=origin)
    metrics = []
    for name, series in page.series.items():
        kind = _kind_of_sample(page.type_of(name), name)
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
    page = metrics_page.Page(types=types, series=series)
    metrics = []
    for name, found in page.series.items():
        kind = _kind_of_sample(page.type_of(name), name)
        metrics.append(
            naming.describe(name, kind, _labels(found), source=source, origin=origin)
        )
    return catalogue.Catalogue.of(metrics)


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
