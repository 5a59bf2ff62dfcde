"""What the model promises of the live systems, in the words of the probes."""

from collections.abc import Mapping
from dataclasses import dataclass

from sightline.model import environments, monitoring, names, routing, sources, units

__all__ = ["Expectations", "TargetGroup", "derive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetGroup:
    """Scrape targets that belong together.

    Attributes:
        labels: what their labels must contain.
        count: how many there must be; at least one when it is `None`.
    """

    name: str
    labels: Mapping[str, str]
    count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """Everything that is promised.

    Attributes:
        channels: the integrations that notify, by priority.
        services: what the label `service` may be where a rule leaves it to its series.
        heartbeats: the alerts that must always fire.
        escalations: the alerts about alerts that nobody answered.
        sourceless: the alerts whose scrape jobs the spec leaves out of this
            environment.
        prometheus_count, alertmanager_count: how many of these there must be.
    """

    targets: tuple[TargetGroup, ...]
    channels: Mapping[str, frozenset[str]]
    services: tuple[names.ServiceName, ...]
    heartbeats: frozenset[names.AlertName]
    escalations: frozenset[names.AlertName]
    sourceless: frozenset[names.AlertName]
    scrape_interval: units.Duration
    prometheus_count: int = 1
    alertmanager_count: int = 1


def derive(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> Expectations:
    """Gives what a spec promises of one environment."""
    here = declared.within(environment)
    return Expectations(
        targets=(
            *_service_targets(here),
            *(_exporter_targets(exporter) for exporter in here.exporters),
        ),
        channels={
            priority.value: frozenset(channel.value for channel in route.channels)
            for priority, route in declared.routing.routes.items()
        },
        services=tuple(declared.services),
        heartbeats=frozenset(
            level.alert
            for signal in declared.signals.values()
            for level in signal.levels
            if level.heartbeat
        ),
        sourceless=frozenset(
            level.alert
            for signal in declared.signals.values()
            for level in signal.levels
            if here.lacking((*signal.needs, *level.needs))
        ),
        escalations=frozenset(
            (routing.ESCALATION_ALERT,) if declared.routing.escalating else ()
        ),
        scrape_interval=environment.scrape_interval,
        prometheus_count=environment.replicas_of("prometheus"),
        alertmanager_count=environment.replicas_of("alertmanager"),
    )


def _service_targets(declared: monitoring.Monitoring) -> list[TargetGroup]:
    groups = [
        TargetGroup(
            name=f"{service.name}{kind}",
            labels={"job": job, "service": service.name},
            count=service.expected_replicas,
        )
        for service in declared.services.values()
        for job, kind in (("services", ""), ("service-health", "'s health"))
    ]
    groups += [
        TargetGroup(
            name=f"probe {probe.name}",
            labels={"job": "probes", "target": probe.name},
            count=1,
        )
        for probe in declared.probes
    ]
    return groups


def _exporter_targets(exporter: sources.Exporter) -> TargetGroup:
    return TargetGroup(
        name=exporter.job,
        labels={"job": exporter.job},
        # One is what is assumed where nothing is said; there may well be more.
        count=exporter.expected_replicas if exporter.expected_replicas > 1 else None,
    )
