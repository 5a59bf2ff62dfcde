"""The root of the model: everything that one spec declares."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from sightline.model import (
    collecting,
    dashboards,
    environments,
    names,
    routing,
    runbooks,
    services,
    signals,
    slos,
    sources,
)

__all__ = ["Monitoring", "find_needs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """A company's monitoring, resolved: every name in it refers to something.

    The mappings keep the order of the spec; `runbooks` is by slug.
    """

    organisation: services.Organisation
    services: Mapping[names.ServiceName, services.Service]
    exporters: tuple[sources.Exporter, ...]
    probes: tuple[sources.Probe, ...]
    signals: Mapping[names.SignalName, signals.Signal]
    dashboards: Mapping[names.DashboardUid, dashboards.Dashboard]
    routing: routing.Routing
    runbooks: Mapping[str, runbooks.Runbook]
    environments: Mapping[str, environments.Environment]
    service_levels: slos.ServiceLevels = field(default_factory=slos.ServiceLevels)
    collection: collecting.Collection = field(default_factory=collecting.Collection)

    def lacking(self, needs: Iterable[str]) -> tuple[str, ...]:
        """Gives those of the sources `needs` that do not exist here, sorted."""
        jobs = {exporter.job for exporter in self.exporters}
        asked = {probe.name for probe in self.probes}
        return tuple(sorted({*needs} - jobs - asked))

    def within(self, environment_name: str) -> Self:
        """Gives what exists in one environment: the same, with its sources only."""

        def exists(source: sources.Exporter | sources.Probe) -> bool:
            return not source.environments or environment_name in source.environments

        return replace(
            self,
            exporters=tuple(filter(exists, self.exporters)),
            probes=tuple(filter(exists, self.probes)),
        )


def find_needs(panel: dashboards.Panel, declared: Monitoring) -> tuple[str, ...]:
    """Gives the sources without which a panel has no data, sorted."""
    shown = [declared.signals[query.signal] for query in panel.queries if query.signal]
    needed = {job for signal in shown for job in signal.needs}
    return tuple(sorted(needed.union(panel.needs)))
