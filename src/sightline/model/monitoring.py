"""The root of the model: everything that one spec declares."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from sightline.model import (
    collecting,
    dashboards,
    names,
    routing,
    runbooks,
    services,
    signals,
    slos,
    sources,
)
from sightline.model import environments as environment_model

__all__ = ["Monitoring", "find_needs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """A company's monitoring, resolved: every name in it refers to something.

    The mappings keep the order of the spec; `runbooks` is by slug. `facilities` are
    all there are, or those of the environment that it was narrowed to.
    """

    organisation: services.Organisation
    services: Mapping[names.ServiceName, services.Service]
    exporters: tuple[sources.Exporter, ...]
    probes: tuple[sources.Probe, ...]
    signals: Mapping[names.SignalName, signals.Signal]
    dashboards: Mapping[names.DashboardUid, dashboards.Dashboard]
    routing: routing.Routing
    runbooks: Mapping[str, runbooks.Runbook]
    environments: Mapping[str, environment_model.Environment]
    service_levels: slos.ServiceLevels = field(default_factory=slos.ServiceLevels)
    collection: collecting.Collection = field(default_factory=collecting.Collection)
    facilities: frozenset[str] = environment_model.FACILITIES

    def lacking(self, needs: Iterable[str]) -> tuple[str, ...]:
        """Gives those of the sources `needs` that do not exist here, sorted."""
        jobs = {exporter.job for exporter in self.exporters}
        asked = {probe.name for probe in self.probes}
        return tuple(sorted({*needs} - jobs - asked - self.facilities))

    def within(self, environment: environment_model.Environment) -> Self:
        """Gives what exists in one environment: the same, with its sources only."""

        def exists(source: sources.Exporter | sources.Probe) -> bool:
            return not source.environments or environment.name in source.environments

        return replace(
            self,
            exporters=tuple(
                replace(one, expected_replicas=environment.replicas_of(one.job))
                for one in filter(exists, self.exporters)
            ),
            probes=tuple(filter(exists, self.probes)),
            facilities=environment.facilities,
        )


def find_needs(panel: dashboards.Panel, declared: Monitoring) -> tuple[str, ...]:
    """Gives the sources without which a panel has no data, sorted."""
    shown = [declared.signals[query.signal] for query in panel.queries if query.signal]
    needed = {job for signal in shown for job in signal.needs}
    return tuple(sorted(needed.union(panel.needs)))
