"""The monitoring's own programs: which an environment has, and how each is run.

Kubernetes, compose and plain machines differ in how a program is kept running, not in
what it is told: its port, its flags, the user it runs as and how it says it is ready
stand here, once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sightline.compilers import upstream
from sightline.model import (
    connections,
    environments,
    monitoring,
    placement,
    sources,
)

__all__ = [
    "FACTS",
    "Facts",
    "absent",
    "connected",
    "connection_of",
    "find_exporter",
    "present",
    "probe_address",
]

_Program = placement.Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is true of a program wherever it runs.

    Attributes:
        port: where it serves, and is scraped.
        job: the scrape job that looks at it; `None` where there is none.
        ready: the path that answers 200 when it can work.
        user: the numeric user of its image.
        data: the folder whose content outlives it; `None` keeps nothing.
        per_machine: whether one runs on every machine.
    """

    port: int
    job: str | None
    ready: str
    user: int
    data: str | None = None
    per_machine: bool = False


# Users: each image's own, as its Dockerfile or its chart says.
FACTS: Final[Mapping[placement.Program, Facts]] = MappingProxyType(
    {
        _Program.PROMETHEUS: Facts(
            port=9090,
            job="prometheus",
            ready="/-/ready",
            user=65534,
            data="/prometheus",
        ),
        _Program.ALERTMANAGER: Facts(
            port=9093,
            job="alertmanager",
            ready="/-/ready",
            user=65534,
            data="/alertmanager",
        ),
        _Program.GRAFANA: Facts(
            port=3000,
            job=None,
            ready="/api/health",
            user=472,
            data="/var/lib/grafana",
        ),
        _Program.BLACKBOX_EXPORTER: Facts(
            port=9115, job="blackbox", ready="/-/healthy", user=65534
        ),
        _Program.POSTGRES_EXPORTER: Facts(
            port=9187, job=None, ready="/healthz", user=65534
        ),
        _Program.REDIS_EXPORTER: Facts(
            port=9121, job=None, ready="/health", user=59000
        ),
        _Program.NODE_EXPORTER: Facts(
            port=9100, job="node", ready="/", user=65534, per_machine=True
        ),
        _Program.PROCESS_EXPORTER: Facts(
            port=9256, job="process", ready="/", user=65534, per_machine=True
        ),
        _Program.COLLECTORS: Facts(
            port=9340,
            job="collectors",
            ready="/health",
            user=65532,
            data="/var/lib/sightline",
        ),
        _Program.CONSOLE: Facts(port=8484, job="console", ready="/health", user=65532),
    }
)

_SERVERS: Final = (
    _Program.PROMETHEUS,
    _Program.ALERTMANAGER,
    _Program.GRAFANA,
    _Program.BLACKBOX_EXPORTER,
)
"""What every environment has, whatever it scrapes."""


def present(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[placement.Program, ...]:
    """Gives the programs that an environment runs and has an image for, in order."""
    missing = absent(declared, environment)
    return tuple(
        program
        for program in _Program
        if program not in missing and _is_wanted(program, declared)
    )


def absent(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> dict[placement.Program, str]:
    """Gives the programs that are wanted and cannot be built, each with the reason."""
    return dict(_absent(declared, environment))


def _absent(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> Iterator[tuple[placement.Program, str]]:
    for program in _Program:
        if not _is_wanted(program, declared):
            continue
        if upstream.image_of(environment, program) is None:
            yield program, "the environment names no `image` for it"
        elif program is _Program.CONSOLE:
            yield program, "it runs where people can be let in; see its how-to page"
        elif reason := _unconnected(program, declared, environment):
            yield program, reason


def connected(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[placement.Program, ...]:
    """Gives the programs that an environment can run without images, in order."""
    return tuple(
        program
        for program in _Program
        if _is_wanted(program, declared)
        and not _unconnected(program, declared, environment)
    )


def _unconnected(
    program: placement.Program,
    declared: monitoring.Monitoring,
    environment: environments.Environment,
) -> str:
    """Gives why a program has nothing to connect to; nothing where it has."""
    if program is _Program.COLLECTORS and not environment.place.connections:
        return "the environment has no `connections`"
    if _kind(program) and find_exporter(program, declared, environment) is None:
        return "the environment has no such connection"
    return ""


def _is_wanted(program: placement.Program, declared: monitoring.Monitoring) -> bool:
    if program in _SERVERS:
        return True
    jobs = {exporter.job for exporter in declared.exporters}
    if kind := _kind(program):
        return any(
            exporter.connection is not None and exporter.job == kind
            for exporter in declared.exporters
        )
    return FACTS[program].job in jobs


def _kind(program: placement.Program) -> str:
    """Gives the job of an exporter that connects to something, else nothing."""
    kinds = {_Program.POSTGRES_EXPORTER: "postgres", _Program.REDIS_EXPORTER: "redis"}
    return kinds.get(program, "")


def find_exporter(
    program: placement.Program,
    declared: monitoring.Monitoring,
    environment: environments.Environment,
) -> tuple[sources.Exporter, connections.Postgres | connections.Redis] | None:
    """Gives the scrape job that a program serves, and what it connects to."""
    expected = (
        connections.Postgres
        if program is _Program.POSTGRES_EXPORTER
        else connections.Redis
    )
    for exporter in declared.exporters:
        found = connection_of(exporter, environment)
        if exporter.job == _kind(program) and isinstance(found, expected):
            return exporter, found
    return None


def connection_of(
    source: sources.Exporter | sources.Probe, environment: environments.Environment
) -> connections.Connection | None:
    """Gives what an exporter or a probe is connected to, if the environment says."""
    if source.connection is None:
        return None
    return environment.place.connections.get(source.connection)


def probe_address(
    probe: sources.Probe, environment: environments.Environment
) -> str | None:
    """Gives where a probe asks, if the environment says."""
    if probe.name in environment.place.addresses:
        return environment.place.addresses[probe.name]
    match connection_of(probe, environment):
        case connections.Postgres(address=address):
            return str(address)
        case connections.TlsEndpoint(address=address):
            return str(address)
        case connections.Redis(addresses=(first, *_)):
            return str(first)
        case _:
            return None
