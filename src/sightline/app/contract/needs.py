"""What a spec reads of one service: its metrics, labels, kinds, buckets and values."""

import enum
import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, assert_never

from sightline.app.contract import selecting
from sightline.model import (
    dashboards,
    events,
    monitoring,
    names,
    signals,
    slos,
    spans,
    units,
)
from sightline.promql import bundled

__all__ = ["Need", "Reader", "Urgency", "find_needs"]

_COLLECTORS: Final = "collectors"
_SYNTHETIC: Final = frozenset({"ALERTS", "ALERTS_FOR_STATE", "up"})
"""Prometheus makes them itself, like all that begins with `scrape_`.
https://prometheus.io/docs/concepts/jobs_instances/"""


class Urgency(enum.IntEnum):
    """What is lost without a metric; larger is more."""

    SHOWN = 1
    """A panel of all services stays empty for this one; it may have no such thing."""
    ALERTED = 2
    """An alert of all services cannot fire for this one; likewise."""
    REQUIRED = 3
    """An objective, or a signal of this very service, has no number."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a metric: `signal 'http_error_ratio'`, and where it is declared."""

    name: str
    span: spans.Span
    urgency: Urgency

    def __str__(self) -> str:
        """Writes the name with its place."""
        return f"{self.name} ({self.span.file}:{self.span.line})"


@dataclass(frozen=True, slots=True)
class Need:
    """What one reader wants of one metric.

    Attributes:
        bounds: values that must be bounds of its buckets.
    """

    selected: selecting.Selected
    reader: Reader
    bounds: frozenset[float] = frozenset()


def find_needs(declared: monitoring.Monitoring, name: str) -> tuple[Need, ...]:
    """Gives what `declared` reads of a service, or of the scrape job of an exporter."""
    reading = _Reading(declared, name)
    return tuple(
        need
        for need in (
            *reading.of_objectives(),
            *reading.of_signals(),
            *reading.of_panels(),
        )
        if reading.is_exposed(need.selected)
    )


class _Reading:
    """Everything that a spec reads, asked for one name."""

    def __init__(self, declared: monitoring.Monitoring, name: str) -> None:
        self._declared = declared
        self._name = name
        exporters = {one.job: one.service for one in declared.exporters}
        self._is_exporter = name in exporters
        self._service = exporters.get(name, names.ServiceName(name))
        self._recorded = {one.record for one in declared.signals.values()}
        self._counted = {
            metric.name
            for source in declared.collection.sources.values()
            if isinstance(source, events.EventSource)
            for metric in source.metrics
        }

    def is_exposed(self, selected: selecting.Selected) -> bool:
        """Says whether the metric can come from a scrape of this name at all."""
        metric = selected.metric
        if metric in self._recorded or ":" in metric:
            return False
        if metric in _SYNTHETIC or metric.startswith("scrape_"):
            return False
        if self._counted & {metric, metric.rpartition("_")[0]}:
            return self._name == _COLLECTORS  # made of logs, wherever those are
        exporters = _exporters_of(metric)
        is_of_another = self._name in bundled.exporters() or bool(exporters)
        if is_of_another and self._name not in exporters:
            return False
        return selected.accepts("service", self._service) and (
            not self._is_exporter or selected.accepts("job", self._name)
        )

    def of_objectives(self) -> Iterator[Need]:
        """Gives the needs of the objectives."""
        for objective in self._declared.service_levels.objectives.values():
            is_for_all = objective.service == slos.PLATFORM and not self._is_exporter
            if objective.service != self._service and not is_for_all:
                continue
            reader = Reader(
                f"objective {objective.name!r}", objective.span, Urgency.REQUIRED
            )
            yield from _needs_of_sli(objective.sli, reader)

    def of_signals(self) -> Iterator[Need]:
        """Gives the needs of the signals, of their queries and guards."""
        for signal in self._declared.signals.values():
            urgency = self._urgency(signal)
            if urgency is None:
                continue
            reader = Reader(f"signal {signal.name!r}", signal.span, urgency)
            bounds = _bounds_of(signal)
            for selected in selecting.find_selected(signal.query):
                own = bounds if selected.kind is selecting.Kind.BUCKET else frozenset()
                yield Need(selected, reader, own)
            for level in signal.levels:
                for selected in selecting.find_selected(level.guard or ""):
                    yield Need(selected, reader)

    def _urgency(self, signal: signals.Signal) -> Urgency | None:
        """Says how much this name matters to a signal; None: not at all."""
        if signal.needs:
            return Urgency.REQUIRED if self._name in signal.needs else None
        if signal.service is not None:
            return Urgency.REQUIRED if signal.service == self._service else None
        if self._is_exporter:
            # Only what is known to be this exporter's: `is_exposed` sorts out the rest.
            is_known = any(
                self._name in _exporters_of(one.metric)
                for one in selecting.find_selected(signal.query)
            )
            return Urgency.REQUIRED if is_known else None
        return Urgency.ALERTED if signal.levels else Urgency.SHOWN

    def of_panels(self) -> Iterator[Need]:
        """Gives the needs of the queries that only a panel has."""
        if self._is_exporter:
            return
        for dashboard in self._declared.dashboards.values():
            for row in dashboard.rows:
                for panel in row.panels:
                    yield from _needs_of_panel(dashboard, panel)


def _needs_of_panel(
    dashboard: dashboards.Dashboard, panel: dashboards.Panel
) -> Iterator[Need]:
    if panel.needs:
        return
    title = f"panel {panel.title!r} of {dashboard.title!r}"
    reader = Reader(title, panel.span, Urgency.SHOWN)
    for query in panel.queries:
        for selected in selecting.find_selected(query.expr or ""):
            yield Need(selected, reader)


def _needs_of_sli(sli: slos.Sli, reader: Reader) -> Iterator[Need]:
    selectors: Iterable[str]
    match sli:
        case slos.AvailabilitySli():
            selectors = (sli.bad, sli.total)
        case slos.GoodTotalSli():
            selectors = (sli.good, sli.total)
        case slos.LatencySli():
            selector = f"{sli.histogram}_bucket{{{sli.matchers}}}"
            bounds = frozenset({float(sli.threshold_seconds)})
            for selected in selecting.find_selected(selector):
                bucket = replace(selected, kind=selecting.Kind.BUCKET)
                yield Need(bucket, reader, bounds)
            selectors = (f"{sli.histogram}_count{{{sli.matchers}}}",)
        case _:
            assert_never(sli)
    for selector in selectors:
        for selected in selecting.find_selected(selector):
            yield Need(replace(selected, kind=selecting.Kind.COUNTER), reader)


def _bounds_of(signal: signals.Signal) -> frozenset[float]:
    """Gives the levels of a quantile: interpolated, unless a bucket ends there."""
    if signal.unit is not units.Unit.SECONDS:
        return frozenset()
    return frozenset(
        float(bound)
        for level in signal.levels
        for bound in (level.above, level.below)
        if isinstance(bound, float | int)
    )


@functools.cache
def _exporters_of(metric: str) -> frozenset[str]:
    """Gives the exporters that are known to expose a metric, or the likes of it."""
    exact = {one for one in bundled.exporters() if metric in bundled.load_exporter(one)}
    word = metric.split("_", 1)[0] + "_"
    alike = {
        one
        for one in bundled.exporters()
        if any(known.name.startswith(word) for known in bundled.load_exporter(one))
    }
    return frozenset(exact or alike)
