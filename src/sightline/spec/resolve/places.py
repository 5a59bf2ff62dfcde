"""The environments: where the monitoring runs."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from sightline.formats import reporting
from sightline.model import environments, placement
from sightline.spec import place_shapes, sections, settings, settings_shapes, shapes
from sightline.spec.resolve import deployments

__all__ = ["report_unknown_connections", "resolve_environments"]


def resolve_environments(
    section: sections.Section[shapes.Environment], reporter: reporting.Reporter
) -> dict[str, environments.Environment]:
    """Gives the environments by name; reports connections that are there twice."""
    for entry in section.entries:
        _report_repeated_connections(entry, reporter)
    return {
        entry.name: environments.Environment(
            name=entry.name,
            prometheus_url=entry.shape.prometheus_url.rstrip("/"),
            alertmanager_url=entry.shape.alertmanager_url.rstrip("/"),
            grafana_url=entry.shape.grafana_url.rstrip("/"),
            pagerduty_url=entry.shape.pagerduty_url,
            smtp_smarthost=entry.shape.smtp.smarthost,
            smtp_from=entry.shape.smtp.from_,
            smtp_require_tls=entry.shape.smtp.require_tls,
            scrape_interval=entry.shape.scrape_interval,
            evaluation_interval=entry.shape.evaluation_interval,
            retention=entry.shape.retention,
            smtp_username=entry.shape.smtp.username,
            event_recorder=entry.shape.event_recorder,
            secrets_directory=entry.shape.secrets_directory,
            replicas=entry.shape.replicas,
            remote_write=_resolve_remote_write(entry.shape.remote_write),
            deploy=deployments.resolve_deployment(entry.shape.deploy),
            place=_resolve_place(entry.shape),
        )
        for entry in section.entries
    }


def _resolve_remote_write(
    shape: shapes.RemoteWrite | None,
) -> environments.RemoteWrite | None:
    if shape is None:
        return None
    return environments.RemoteWrite(
        url=shape.url, query_url=shape.query_url.rstrip("/")
    )


def _resolve_place(shape: shapes.Environment) -> placement.Place:
    declared = shape.programs
    return placement.Place(
        rooms={
            program: _resolve_room(room, declared.get(program))
            for program, room in placement.DEFAULT_ROOMS.items()
        },
        connections=settings.resolve_connections(shape.connections, Path()),
        addresses=shape.addresses,
        targets={name: tuple(found) for name, found in shape.targets.items()},
        kubernetes=_resolve_kubernetes(shape.kubernetes),
    )


def _resolve_room(
    usual: placement.Room, shape: place_shapes.Room | None
) -> placement.Room:
    if shape is None:
        return usual
    declared = {
        "cpu_millicores": shape.cpu,
        "memory_mebibytes": shape.memory,
        "storage_mebibytes": shape.storage,
    }
    given = {name: amount for name, amount in declared.items() if amount is not None}
    return replace(usual, image=shape.image, **given)


def _resolve_kubernetes(
    shape: place_shapes.Kubernetes | None,
) -> placement.Kubernetes | None:
    if shape is None:
        return None
    return placement.Kubernetes(
        namespace=shape.namespace,
        services_namespace=shape.services_namespace,
        name_label=shape.name_label,
        port_name=shape.port_name,
        storage_class=shape.storage_class,
    )


def _report_repeated_connections(
    entry: sections.Entry[shapes.Environment], reporter: reporting.Reporter
) -> None:
    first: dict[str, str] = {}
    for kind in settings_shapes.Connected.model_fields:
        for name in getattr(entry.shape.connections, kind):
            if name in first:
                reporter.error(
                    "duplicate",
                    entry.key_span("connections", kind, name),
                    f"expected each connection once, found {name!r} again",
                    f"it stands under {first[name]!r} already; give this one another"
                    " name",
                )
            first.setdefault(name, kind)


def report_unknown_connections(
    section: sections.Section[shapes.Environment],
    uses: Iterable[tuple[str, str, tuple[str, ...]]],
    reporter: reporting.Reporter,
) -> None:
    """Reports, for environments that say where things are, what they do not say.

    An environment without connections is one whose collectors have settings of their
    own, as the local stack has.

    Args:
        section: the environments.
        uses: what is connected to something: its kind and name, the name of its
            connection, and the environments where it exists; empty means everywhere.
        reporter: takes the findings.
    """
    used = tuple(uses)
    for entry in section.entries:
        known = _connection_names(entry.shape.connections)
        for user, connection, places in used if known else ():
            is_here = not places or entry.name in places
            if is_here and connection not in known:
                reporter.error(
                    "reference",
                    entry.key_span("connections"),
                    f"expected the connection {connection!r} of {user}, found none",
                    reporting.suggest(connection, known, plural="connections"),
                )


def _connection_names(shape: settings_shapes.Connected) -> frozenset[str]:
    kinds = type(shape).model_fields
    return frozenset(name for kind in kinds for name in getattr(shape, kind))
