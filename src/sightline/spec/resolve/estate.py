"""What is monitored and for whom: the organisation, its services and its sources."""

from collections.abc import Iterator, Mapping

from sightline.formats import reporting
from sightline.model import names, services, sources
from sightline.spec import sections, shapes

__all__ = [
    "resolve_exporters",
    "resolve_organisation",
    "resolve_probes",
    "resolve_services",
]

_ServiceEntry = sections.Entry[shapes.Service]


def resolve_organisation(
    shape: shapes.Organisation,
) -> services.Organisation:
    """Gives the organisation."""
    return services.Organisation(
        name=shape.name,
        namespace=shape.namespace,
        default_team=names.TeamName(shape.default_team),
        runbook_base_url=shape.runbook_base_url.rstrip("/"),
        dashboard_base_url=shape.dashboard_base_url.rstrip("/"),
        oncall_email=shape.oncall_email,
        time_zone=shape.time_zone,
    )


def resolve_services(
    section: sections.Section[shapes.Service], reporter: reporting.Reporter
) -> dict[names.ServiceName, services.Service]:
    """Gives the services; reports dependencies that run in a circle."""
    _report_cycles({entry.name: entry for entry in section.entries}, reporter)
    return {
        names.ServiceName(entry.name): _service(entry, reporter)
        for entry in section.entries
    }


def _service(entry: _ServiceEntry, reporter: reporting.Reporter) -> services.Service:
    shape = entry.shape
    return services.Service(
        name=names.ServiceName(entry.name),
        title=shape.title,
        team=names.TeamName(shape.team),
        health_endpoint=shape.health_endpoint,
        expected_replicas=shape.expected_replicas,
        operations=tuple(_operations(entry, reporter)),
        depends_on=tuple(shape.depends_on),
        span=entry.name_span,
    )


def _operations(
    entry: _ServiceEntry, reporter: reporting.Reporter
) -> Iterator[services.Operation]:
    first: dict[str, services.OperationClass] = {}
    for operation, routes in entry.shape.operations.items():
        for index, line in enumerate(routes):
            if line in first:
                reporter.error(
                    "duplicate",
                    entry.span("operations", operation.value, index),
                    f"expected each route once, found {line!r} again",
                    f"it stands under {first[line].value!r} already; keep one of them",
                )
                continue
            first[line] = operation
            method, route = line.split(" ", 1)
            yield services.Operation(
                route=route, methods=(method,), operation=operation
            )


def _report_cycles(
    entries: Mapping[str, _ServiceEntry], reporter: reporting.Reporter
) -> None:
    """Reports each circle of dependencies once, where it closes."""
    done: set[str] = set()
    for name in entries:
        if name not in done:
            _walk(name, entries, done, reporter)


def _walk(
    start: str,
    entries: Mapping[str, _ServiceEntry],
    done: set[str],
    reporter: reporting.Reporter,
) -> None:
    """Follows dependencies in depth; a loop, for a long chain must not recurse."""
    way = {start: _dependencies(entries[start])}
    while way:
        name, rest = next(reversed(way.items()))
        step = next(rest, None)
        if step is None:
            done.add(name)
            del way[name]
            continue
        index, dependency = step
        if dependency in way:
            steps = list(way)
            circle = (*steps[steps.index(dependency) :], dependency)
            reporter.error(
                "cycle",
                entries[name].span("depends_on", index),
                f"expected dependencies without a circle, found {' → '.join(circle)}",
                "remove one of these dependencies",
            )
        elif dependency in entries and dependency not in done:
            way[dependency] = _dependencies(entries[dependency])


def _dependencies(entry: _ServiceEntry) -> Iterator[tuple[int, str]]:
    return iter(enumerate(entry.shape.depends_on))


def resolve_exporters(
    section: sections.Section[shapes.Exporter],
) -> tuple[sources.Exporter, ...]:
    """Gives the scrape jobs that are no services."""
    return tuple(
        sources.Exporter(
            job=entry.name,
            service=names.ServiceName(entry.shape.service),
            team=names.TeamName(entry.shape.team),
            metrics_path=entry.shape.metrics_path,
            span=entry.name_span,
            environments=tuple(entry.shape.environments),
            connection=entry.shape.connection,
        )
        for entry in section.entries
    )


def resolve_probes(
    section: sections.Section[shapes.Probe],
) -> tuple[sources.Probe, ...]:
    """Gives what is asked from outside, besides the services' health endpoints."""
    return tuple(
        sources.Probe(
            name=entry.name,
            kind=entry.shape.kind,
            service=names.ServiceName(entry.shape.service),
            team=names.TeamName(entry.shape.team),
            span=entry.name_span,
            environments=tuple(entry.shape.environments),
            connection=entry.shape.connection,
        )
        for entry in section.entries
    )
