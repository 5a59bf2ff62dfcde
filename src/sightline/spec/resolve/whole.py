"""All sections → `Monitoring`, in the order in which they refer to one another."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from sightline.formats import reporting
from sightline.model import (
    collecting,
    monitoring,
    names,
    routing,
    services,
    signals,
    slos,
    spans,
)
from sightline.model import sources as sources_model
from sightline.spec import documents, sections, shapes
from sightline.spec.resolve import (
    boards,
    collected,
    estate,
    inhibitions,
    objectives,
    pages,
    paging,
    places,
)
from sightline.spec.resolve import signals as measures

__all__ = ["resolve"]

ShapeT = TypeVar("ShapeT", bound=shapes.Shape)


def resolve(
    found: sections.Sections, sources: documents.Sources, reporter: reporting.Reporter
) -> monitoring.Monitoring | None:
    """Gives the model; `None` when the organisation or the routing is missing.

    The model is only of use when `reporter` has no findings in the end.
    """
    where = places.resolve_environments(found.environments, reporter)
    measured = measures.resolve_signals(found.signals, where, reporter)
    alerts = _levels(measured)
    running = estate.resolve_services(found.services, reporter)
    shown = boards.resolve_dashboards(found.dashboards, found.signals, reporter)
    runbooks = pages.resolve_runbooks(
        sources,
        alerts,
        reporter,
        generated=_generated_alerts(found),
        every_level_known=found.signals.is_sound,
    )
    probed = estate.resolve_probes(found.probes)
    owner = _organisation(found, sources, reporter)
    surroundings = paging.Surroundings(
        levels=alerts,
        places=where,
        estate=inhibitions.Estate(running=running, probes=probed),
    )
    table = _routing(found, sources, surroundings, reporter)
    zone = owner.time_zone if owner else "UTC"
    gathered = collected.resolve_collection(found, sources, zone, reporter)
    exporters = estate.resolve_exporters(found.exporters)
    places.report_unknown_connections(
        found.environments, _connected(exporters, probed, gathered), reporter
    )
    promises = objectives.resolve_service_levels(found, owner, running, reporter)
    _expect_some("environments", found.environments, sources, reporter)
    _expect_some("services", found.services, sources, reporter)
    if owner is None or table is None:
        return None
    return monitoring.Monitoring(
        organisation=owner,
        services=running,
        exporters=exporters,
        probes=probed,
        signals=measured,
        dashboards=shown,
        routing=table,
        environments=where,
        runbooks=runbooks,
        service_levels=promises,
        collection=gathered,
    )


def _levels(
    measured: Mapping[names.SignalName, signals.Signal],
) -> dict[str, signals.Level]:
    """Gives the levels by the name of their alert."""
    every = (level for signal in measured.values() for level in signal.levels)
    return {str(level.alert): level for level in every}


def _connected(
    exporters: Iterable[sources_model.Exporter],
    probes: Iterable[sources_model.Probe],
    collection: collecting.Collection,
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Gives everything that names a connection: what it is, which, and where it is."""
    for exporter in exporters:
        if exporter.connection is not None:
            user = f"exporter {exporter.job!r}"
            yield user, exporter.connection, exporter.environments
    for probe in probes:
        if probe.connection is not None:
            yield f"probe {probe.name!r}", probe.connection, probe.environments
    for source in collection.sources.values():
        yield f"source {source.name!r}", source.connection, source.environments


def _organisation(
    found: sections.Sections, sources: documents.Sources, reporter: reporting.Reporter
) -> services.Organisation | None:
    _expect_some("organisation", found.organisation, sources, reporter)
    entries = found.organisation.entries
    return estate.resolve_organisation(entries[0].shape) if entries else None


def _routing(
    found: sections.Sections,
    sources: documents.Sources,
    surroundings: paging.Surroundings,
    reporter: reporting.Reporter,
) -> routing.Routing | None:
    _expect_some("routing", found.routing, sources, reporter)
    entries = found.routing.entries
    if not entries:
        return None
    return paging.resolve_routing(entries[0], surroundings, reporter)


def _generated_alerts(found: sections.Sections) -> tuple[names.AlertName, ...]:
    """Gives the alerts that no signal declares, each with a runbook of its name."""
    objectives_alerts = slos.ALERTS if found.slos.names else ()
    escalates = any(
        route.escalate_after
        for entry in found.routing.entries
        for route in entry.shape.priorities.values()
    )
    return (*objectives_alerts, *((routing.ESCALATION_ALERT,) if escalates else ()))


def _expect_some(
    name: str,
    section: sections.Section[ShapeT],
    sources: documents.Sources,
    reporter: reporting.Reporter,
) -> None:
    if section.is_complete and not section.names:
        reporter.error(
            "missing-section",
            spans.Span(file=sources.directory),
            f"expected a section {name!r} in one of the files, found none",
            f"add `{name}:` to a YAML file under {sources.directory}/",
        )
