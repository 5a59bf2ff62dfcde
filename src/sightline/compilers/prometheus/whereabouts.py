"""Where a cluster has what a scrape job looks at."""

from dataclasses import dataclass
from typing import Final, TypeAlias

from sightline.compilers import programs
from sightline.model import environments, placement, sources

__all__ = [
    "AmongServices",
    "Fixed",
    "Kubelets",
    "Own",
    "Whereabouts",
    "locate",
    "metrics_path",
]

_CADVISOR: Final = "cadvisor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """At addresses that the environment says."""

    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kubelets:
    """In every node's kubelet, whose cAdvisor sees what the kernel does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """In pods of the monitoring itself."""

    program: placement.Program


@dataclass(frozen=True, slots=True, kw_only=True)
class AmongServices:
    """In pods beside the services, by the label that has the job's name."""


Whereabouts: TypeAlias = Fixed | Kubelets | Own | AmongServices


def locate(
    exporter: sources.Exporter, environment: environments.Environment
) -> Whereabouts:
    """Gives where the targets of a job are; an address in the spec comes first."""
    if targets := environment.place.targets.get(exporter.job):
        return Fixed(addresses=tuple(targets))
    if exporter.job == _CADVISOR:
        return Kubelets()
    program = _own_program(exporter)
    return AmongServices() if program is None else Own(program=program)


def metrics_path(exporter: sources.Exporter) -> str:
    """Gives where a target answers: kubelets have more than one exposition."""
    return "/metrics/cadvisor" if exporter.job == _CADVISOR else exporter.metrics_path


def _own_program(exporter: sources.Exporter) -> placement.Program | None:
    if exporter.connection is not None:
        name = f"{exporter.job}-exporter"
        return next((one for one in placement.Program if one.value == name), None)
    return next(
        (one for one, fact in programs.FACTS.items() if fact.job == exporter.job),
        None,
    )
