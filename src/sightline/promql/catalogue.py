"""What is known of metrics: kind, unit, labels, bounds, and who says so.

A catalogue is data. It is made from a scrape (`exposition`), from the series of a
live Prometheus (`exposition.of_series`), from recording rules (`recording`), from a
spec's declarations, or bundled for well-known exporters (`bundled`), and catalogues
are put together with `|`, where the left one knows better. A metric that no one
knows is *not checked*: it is neither right nor wrong.
"""

import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from sightline.promql import dimensions, intervals, labelsets

__all__ = ["EMPTY", "Catalogue", "Kind", "Metric", "Source"]


class Kind(enum.StrEnum):
    """What kind of series a metric is.

    A classic histogram is three metrics: `BUCKET`, and two counters. What rates and
    arithmetic make of counters is a `GAUGE`.
    """

    COUNTER = "counter"
    GAUGE = "gauge"
    BUCKET = "histogram bucket"
    QUANTILE = "summary quantile"
    NATIVE_HISTOGRAM = "native histogram"
    INFO = "info"
    UNKNOWN = "unknown"


class Source(enum.StrEnum):
    """Who says what is known of a metric."""

    SPEC = "spec"
    RULE = "recording rule"
    LIVE = "live Prometheus"
    SCRAPE = "scrape"
    BUNDLED = "bundled catalogue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """What is known of one metric, by the name under which it is queried.

    Attributes:
        name: for a histogram, with `_bucket`, `_sum` or `_count`.
        labels: without the name; `le` of a bucket has the bounds as known values.
        bounds: what its samples can be.
        unit: of its samples; `None` when nobody knows.
        bucket_unit: of the bounds of a histogram's buckets.
        scrape_seconds: how often it is scraped, or how often its rule is evaluated.
        source: what kind of source says so.
        origin: which source exactly, to be read by people: a file, a server.
    """

    name: str
    kind: Kind
    labels: labelsets.LabelSet
    bounds: intervals.Interval = intervals.NUMBERS
    unit: dimensions.Unit | None = None
    bucket_unit: dimensions.Unit | None = None
    scrape_seconds: float | None = None
    source: Source
    origin: str

    @property
    def buckets(self) -> tuple[float, ...] | None:
        """The bounds of a histogram's buckets, rising; `None` when not known."""
        texts = self.labels["le"].texts
        if self.kind is not Kind.BUCKET or texts is None:
            return None
        return tuple(sorted(map(float, texts)))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Metrics by name."""

    metrics: Mapping[str, Metric] = field(default_factory=lambda: _NONE)

    @classmethod
    def of(cls, metrics: Iterable[Metric]) -> "Catalogue":
        """Gives the catalogue of these metrics; of two with one name the first."""
        found: dict[str, Metric] = {}
        for metric in metrics:
            found.setdefault(metric.name, metric)
        return cls(found)

    def find(self, name: str) -> Metric | None:
        """Gives what is known of a metric."""
        return self.metrics.get(name)

    def close(self, labels: Mapping[str, labelsets.Label]) -> "Catalogue":
        """Gives the catalogue in which series have no labels but those that it names.

        Args:
            labels: what else every metric of the bundled catalogue has, because the
                scrape configuration adds it: `service`, `cluster`.
        """
        return Catalogue(
            {
                name: replace(
                    metric,
                    labels=labelsets.LabelSet({**metric.labels.named, **labels}),
                )
                if not metric.labels.is_closed
                else metric
                for name, metric in self.metrics.items()
            }
        )

    def __or__(self, other: "Catalogue") -> "Catalogue":
        """Gives what both know; where both know a metric, this one is believed."""
        return Catalogue({**other.metrics, **self.metrics})

    def __len__(self) -> int:
        """Gives how many metrics are known."""
        return len(self.metrics)

    def __iter__(self) -> Iterator[Metric]:
        """Gives every metric that is known."""
        return iter(self.metrics.values())

    def __contains__(self, name: object) -> bool:
        """Says whether a metric is known."""
        return name in self.metrics


_NONE: Final[Mapping[str, Metric]] = MappingProxyType({})

EMPTY: Final = Catalogue()
"""Knows nothing."""
