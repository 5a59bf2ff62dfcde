"""What uses what: signals with their panels, alerts, objectives and runbooks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sightline.app.console import builds
from sightline.compilers import readings
from sightline.model import dashboards, monitoring, names, signals, slos
from sightline.promql import expressions, refusals

__all__ = ["Entry", "Use", "compile_catalogue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """Something that reads a signal, and where the console shows it."""

    kind: str
    name: str
    address: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A signal, with everything that uses it.

    Attributes:
        metrics: the metrics that its query reads.
        record: the series that it is recorded as; may be empty.
        place: where the spec declares it, as `file:line`.
    """

    name: str
    title: str
    description: str
    unit: str
    query: str
    record: str
    source: str
    service: str
    place: str
    metrics: tuple[str, ...]
    uses: tuple[Use, ...]


def compile_catalogue(
    declared: monitoring.Monitoring, build: Path
) -> tuple[Entry, ...]:
    """Gives every signal in the order of the spec.

    Args:
        declared: the spec.
        build: has the dashboards, whose panels are linked to by their number.
    """
    numbers = dict(_number_panels(build))
    measured = {
        name: _metrics_of(objective.sli)
        for name, objective in declared.service_levels.objectives.items()
    }
    return tuple(
        _describe(signal, declared, numbers, measured)
        for signal in declared.signals.values()
    )


def _describe(
    signal: signals.Signal,
    declared: monitoring.Monitoring,
    numbers: Mapping[tuple[str, str], int],
    measured: Mapping[names.SloName, frozenset[str]],
) -> Entry:
    metrics = frozenset(
        name
        for reading in readings.instantiate(signal, declared)
        for name in _names_in(reading.expr)
    )
    own = metrics | ({signal.record} if signal.record else set())
    return Entry(
        name=signal.name,
        title=signal.title,
        description=signal.description,
        unit=signal.unit.value,
        query=signal.query.strip(),
        record=signal.record or "",
        source=signal.source,
        service=signal.service or "",
        place=f"{signal.span.file}:{signal.span.line}",
        metrics=tuple(sorted(metrics)),
        uses=(
            *_find_panels(signal, declared, numbers),
            *_find_alerts(signal),
            *_find_objectives(own, measured, declared),
        ),
    )


def _find_panels(
    signal: signals.Signal,
    declared: monitoring.Monitoring,
    numbers: Mapping[tuple[str, str], int],
) -> Iterator[Use]:
    for uid, dashboard in declared.dashboards.items():
        for row in dashboard.rows:
            for panel in row.panels:
                if not _reads(panel, signal):
                    continue
                title = panel.title or signal.title
                number = numbers.get((uid, title))
                view = "" if number is None else f"?viewPanel={number}"
                yield Use(
                    kind="panel",
                    name=title,
                    address=f"/d/{uid}{view}",
                    detail=dashboard.title,
                )


def _reads(panel: dashboards.Panel, signal: signals.Signal) -> bool:
    return any(
        query.signal == signal.name
        or (
            query.expr is not None
            and signal.record is not None
            and signal.record in _names_in(query.expr)
        )
        for query in panel.queries
    )


def _find_alerts(signal: signals.Signal) -> Iterator[Use]:
    for level in signal.levels:
        yield Use(
            kind="alert",
            name=level.alert,
            address=f"/alerts/{level.alert}",
            detail=level.priority.value,
        )
        yield Use(
            kind="runbook",
            name=level.runbook,
            address=f"/runbooks/{level.runbook}",
        )


def _find_objectives(
    own: frozenset[str],
    measured: Mapping[names.SloName, frozenset[str]],
    declared: monitoring.Monitoring,
) -> Iterator[Use]:
    for name, metrics in measured.items():
        if metrics & own:
            objective = declared.service_levels.objectives[name]
            yield Use(
                kind="slo",
                name=name,
                address=f"/slos/{name}",
                detail=str(objective.target),
            )


def _metrics_of(sli: slos.Sli) -> frozenset[str]:
    match sli:
        case slos.AvailabilitySli():
            return _names_in(sli.total)
        case slos.GoodTotalSli():
            return _names_in(sli.total)
        case slos.LatencySli():
            return frozenset({f"{sli.histogram}_bucket", f"{sli.histogram}_count"})


def _names_in(query: str) -> frozenset[str]:
    """Gives the metrics of a query; none of one that has variables."""
    try:
        return expressions.metric_names(query)
    except refusals.RefusedExpression:
        return frozenset()


def _number_panels(build: Path) -> Iterator[tuple[tuple[str, str], int]]:
    for summary in builds.list_dashboards(build):
        for panel in builds.list_panels(build, summary.uid):
            yield (summary.uid, panel.title), panel.number
