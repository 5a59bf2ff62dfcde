"""All sections → `Monitoring`, in the order in which they refer to one another."""

from typing import TypeVar

from sightline.model import monitoring, slos, spans
from sightline.spec import documents, reporting, sections, shapes
from sightline.spec.resolve import (
    boards,
    estate,
    known,
    objectives,
    pages,
    paging,
    places,
)
from sightline.spec.resolve import signals as levels

__all__ = ["resolve"]

ShapeT = TypeVar("ShapeT", bound=shapes.Shape)


def resolve(
    found: sections.Sections, sources: documents.Sources, reporter: reporting.Reporter
) -> monitoring.Monitoring | None:
    """Gives the model; `None` when the organisation or the routing is missing.

    The model is only of use when `reporter` has no findings in the end.
    """
    owners = estate.owners_of(found)
    environments = places.resolve_environments(found.environments)
    resolved_signals = levels.resolve_signals(
        found.signals, owners, environments, reporter
    )
    by_alert = {
        str(level.alert): level
        for signal in resolved_signals.values()
        for level in signal.levels
    }
    services = estate.resolve_services(found, owners, reporter)
    exporters = estate.resolve_exporters(found, owners, reporter)
    probes = estate.resolve_probes(found, owners, reporter)
    dashboards = boards.resolve_dashboards(found.dashboards, found.signals, reporter)
    generated = slos.ALERTS if found.slos.names else ()
    runbooks = pages.resolve_runbooks(
        sources,
        by_alert,
        reporter,
        generated=generated,
        every_level_known=found.signals.is_sound,
    )
    alerts = known.Known.of(
        "alert", (*by_alert, *generated), is_complete=found.signals.is_sound
    )
    organisation = _only("organisation", found.organisation, sources, reporter)
    routing = _only("routing", found.routing, sources, reporter)
    _expect_some("environments", found.environments, sources, reporter)
    _expect_some("services", found.services, sources, reporter)
    owner = (
        None
        if organisation is None
        else estate.resolve_organisation(organisation, owners, reporter)
    )
    table = (
        None
        if routing is None
        else paging.resolve_routing(routing, alerts, by_alert, environments, reporter)
    )
    levels_promised = objectives.resolve_service_levels(
        found, owners, owner, services, reporter
    )
    if owner is None or table is None:
        return None
    return monitoring.Monitoring(
        organisation=owner,
        services=services,
        exporters=exporters,
        probes=probes,
        signals=resolved_signals,
        dashboards=dashboards,
        routing=table,
        environments=environments,
        runbooks=runbooks,
        service_levels=levels_promised,
    )


def _only(
    name: str,
    section: sections.Section[ShapeT],
    sources: documents.Sources,
    reporter: reporting.Reporter,
) -> sections.Entry[ShapeT] | None:
    """Gives the one entry of a section that a spec cannot do without."""
    _expect_some(name, section, sources, reporter)
    return section.entries[0] if section.entries else None


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
