"""Metrics that are on a page, and are not what is read of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sightline.app.contract import needs, reporting, selecting
from sightline.formats import expositions
from sightline.model import findings, spans

__all__ = ["judge"]

_COUNTERS: Final = frozenset({"counter", "histogram", "summary", "untyped", "unknown"})
_HISTOGRAMS: Final = frozenset({"histogram", "untyped", "unknown"})
_MOST_LABEL_VALUES: Final = 6
_MOST_SERIES: Final = 2_000
_LEAST_MILLISECONDS: Final = 1.0
_MUCH_SECONDS: Final = 600.0


def judge(
    metric: str,
    read: tuple[needs.Need, ...],
    page: expositions.Exposition,
    url: str,
) -> Iterator[findings.Finding]:
    """Gives what is wrong with a metric that is there.

    Args:
        metric: the name of its samples.
        read: the needs of it; at least one.
        page: read with the labels of this metric.
        url: of the page.
    """
    samples = page.samples[metric]
    span = spans.Span(file=url, line=samples.line)
    labels = frozenset(name for series in samples.series for name in series.labels)
    judgement = _Judgement(metric, read, samples, labels, span)
    yield from judgement.of_type(page.type_of(metric))
    yield from judgement.of_labels()
    yield from judgement.of_first_values()
    yield from judgement.of_buckets()
    yield from judgement.of_cardinality()


@dataclass(frozen=True, slots=True)
class _Judgement:
    """One metric with its samples, and everything that is read of it."""

    metric: str
    read: tuple[needs.Need, ...]
    samples: expositions.Samples
    labels: frozenset[str]
    span: spans.Span

    def of_type(self, found: str) -> Iterator[findings.Finding]:
        """Finds gauges where counters are needed, and summaries for histograms."""
        counted = self._of_kind(selecting.Kind.COUNTER)
        if counted and found not in _COUNTERS:
            message = (
                f"{self.metric!r} is a {found}, and its rate is read: each fall is "
                "taken for a restart; make it a counter"
            )
            yield reporting.make_finding("type", message, self.span, counted)
        bucketed = self._of_kind(selecting.Kind.BUCKET)
        if bucketed and found not in _HISTOGRAMS:
            message = f"expected {self.metric!r} of a histogram, found a {found}"
            yield reporting.make_finding("type", message, self.span, bucketed)

    def of_labels(self) -> Iterator[findings.Finding]:
        """Finds labels that no series has."""
        by_label: dict[str, list[needs.Need]] = {}
        for need in self.read:
            for label in need.selected.labels - self.labels:
                by_label.setdefault(label, []).append(need)
        known = ", ".join(sorted(self.labels - {"le"})) or "none"
        for label, read in sorted(by_label.items()):
            message = f"{self.metric!r} has no label {label!r}; its labels: {known}"
            yield reporting.make_finding("label", message, self.span, read)

    def of_first_values(self) -> Iterator[findings.Finding]:
        """Finds selectors that no series fits, though the labels are there."""
        if self.samples.count > len(self.samples.series):
            return  # not all were kept
        by_selector: dict[str, list[needs.Need]] = {}
        for need in self.read:
            selected = need.selected
            is_judged = selected.labels <= self.labels
            series = self.samples.series
            if is_judged and not any(selected.selects(one.labels) for one in series):
                by_selector.setdefault(_render(selected), []).append(need)
        for selector, read in sorted(by_selector.items()):
            matched = {one.label for one in read[0].selected.matchers}
            there = self._values(matched - selecting.TARGET_LABELS)
            message = (
                f"no series is {selector}: show it at 0 from the start, or its first "
                f"event is lost; there is {there}"
            )
            yield reporting.make_finding("not-initialised", message, self.span, read)

    def of_buckets(self) -> Iterator[findings.Finding]:
        """Finds thresholds that no bucket has as its bound, and milliseconds."""
        bucketed = self._of_kind(selecting.Kind.BUCKET)
        bounds = sorted(self._bounds())
        if not bucketed or not bounds:
            return
        if "_seconds" in self.metric and _look_like_milliseconds(bounds):
            message = (
                f"the buckets of {self.metric!r} run from {bounds[0]:g} to "
                f"{bounds[-1]:g} seconds: these look like milliseconds"
            )
            yield reporting.make_finding("unit", message, self.span, bucketed)
            return
        by_bound: dict[float, list[needs.Need]] = {}
        for need in bucketed:
            for bound in need.bounds.difference(bounds):
                by_bound.setdefault(bound, []).append(need)
        shown = ", ".join(f"{bound:g}" for bound in bounds)
        for bound, read in sorted(by_bound.items()):
            message = (
                f"no bucket of {self.metric!r} ends at {bound:g}, so what lies below "
                f"is guessed; its bounds: {shown}"
            )
            yield reporting.make_finding("bucket", message, self.span, read)

    def of_cardinality(self) -> Iterator[findings.Finding]:
        """Finds labels that hold what has no bound: paths, users, addresses."""
        if self.samples.count <= _MOST_SERIES:
            return
        distinct = {
            name: len({series.labels.get(name) for series in self.samples.series})
            for name in self.labels
        }
        widest = max(distinct, key=lambda name: distinct[name], default="")
        is_partial = self.samples.count > len(self.samples.series)
        least = "at least " if is_partial else ""
        message = (
            f"{self.metric!r} has {self.samples.count} series, "
            f"{least}{distinct.get(widest, 0)} values of {widest!r} alone; bound what "
            "a label can hold"
        )
        severity = reporting.Severity.WARNING
        yield reporting.make_finding(
            "cardinality", message, self.span, self.read, severity
        )

    def _of_kind(self, kind: selecting.Kind) -> tuple[needs.Need, ...]:
        return tuple(need for need in self.read if need.selected.kind is kind)

    def _bounds(self) -> Iterator[float]:
        """Gives the finite bounds of the buckets."""
        for text in {series.labels.get("le", "") for series in self.samples.series}:
            try:
                bound = float(text)
            except ValueError:
                continue
            if bound != float("inf"):
                yield bound

    def _values(self, labels: Iterable[str]) -> str:
        parts = []
        for label in sorted(labels):
            there = {series.labels.get(label, "") for series in self.samples.series}
            shown = ", ".join(map(repr, sorted(there)[:_MOST_LABEL_VALUES]))
            more = len(there) - _MOST_LABEL_VALUES
            parts.append(f"{label} {shown}" + (f" and {more} more" if more > 0 else ""))
        return "; ".join(parts)


def _render(selected: selecting.Selected) -> str:
    own = (
        f'{one.label}{one.operator.value}"{one.pattern}"'
        for one in selected.matchers
        if one.label not in selecting.TARGET_LABELS
    )
    return f"{selected.metric}{{{','.join(own)}}}"


def _look_like_milliseconds(bounds: list[float]) -> bool:
    """No request is measured in steps of whole seconds that reach ten minutes."""
    return bounds[0] >= _LEAST_MILLISECONDS and bounds[-1] >= _MUCH_SECONDS
