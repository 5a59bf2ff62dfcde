"""The components of the reference platform, for the supervisor to run."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sightline
from sightline.demo import settings
from sightline.model import components, names, services

__all__ = ["EDGE_TLS", "Site", "components_of", "default_ports"]

_FIRST_PORTS: Final[Mapping[str, int]] = {
    "api-gateway": 8101,
    "auth-svc": 8111,
    "market-svc": 8121,
    "skillpod-svc": 8131,
    "billing-svc": 8141,
    "notification-svc": 8151,
}
_SUPPORTING_PORTS: Final[Mapping[str, int]] = {
    "payment-provider": 8190,
    "job-worker": 8160,
    settings.EDGE: 8180,
}
EDGE_TLS: Final = "edge-tls"
"""The second port of the edge, by its name among the ports."""

_TRAFFIC: Final = "traffic"
_GATEWAY: Final = "api-gateway"
_SOURCE: Final = "part of sightline"
_ENVIRONMENT: Final[Mapping[str, str]] = {
    # glibc keeps an arena per thread otherwise: megabytes in each small process.
    "MALLOC_ARENA_MAX": "1",
    "PYTHONUNBUFFERED": "1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the platform is to run, and next to what.

    Attributes:
        services: as the spec declares them; those that are not Skillancer's are not
            part of the platform.
        ports: by component name; see `default_ports`.
        database_url: without a password.
        password_file: in the form of `PGPASSFILE`; `None` where none is needed.
        redis_address: `host:port`.
        blackbox_address: `host:port` of the exporter that probes the health endpoints.
        faults: the folder of the faults in force.
        storage: the folder of what is kept between runs.
        first_wave: when the first of the platform is started.
        rate: requests per second on average.
    """

    services: Mapping[names.ServiceName, services.Service]
    ports: Mapping[str, int]
    database_url: str
    password_file: Path | None
    redis_address: str
    blackbox_address: str
    working_directory: Path
    faults: Path
    storage: Path
    first_wave: int = 1
    rate: float = 34.0


def default_ports(
    declared: Mapping[names.ServiceName, services.Service],
) -> Mapping[str, int]:
    """Gives the port that each component of the platform has unless it is taken."""
    instances = {
        name: _FIRST_PORTS[service.name] + number
        for service in _ours(declared)
        for number, name in enumerate(_instances(service))
    }
    return {**instances, **_SUPPORTING_PORTS, EDGE_TLS: 8443}


def components_of(site: Site) -> tuple[components.Component, ...]:
    """Gives all processes of the platform; the services before their users."""
    instances = (
        _instance(site, service, name)
        for service in _ours(site.services)
        for name in _instances(service)
    )
    return (
        _supporting(site, "payment-provider"),
        _supporting(site, "job-worker", "job-worker"),
        _supporting(site, settings.EDGE, "cdn"),
        *instances,
        _traffic(site),
    )


def _ours(
    declared: Mapping[names.ServiceName, services.Service],
) -> Iterator[services.Service]:
    return (one for name, one in declared.items() if name in _FIRST_PORTS)


def _instances(service: services.Service) -> list[str]:
    replicas = range(1, service.expected_replicas + 1)
    return [f"{service.name}-{number}" for number in replicas]


def _address(site: Site, name: str) -> str:
    return f"{settings.HOST}:{site.ports[name]}"


def _instance(site: Site, service: services.Service, name: str) -> components.Component:
    address = _address(site, name)
    owner = {"service": service.name, "team": service.team}
    health = f"http://{address}{service.health_endpoint}"
    targets = (
        components.ScrapeTarget(
            job="services", address=address, labels={**owner, "instance": name}
        ),
        components.ScrapeTarget(
            job="service-health",
            address=health,
            labels={
                **owner,
                "target": name,
                "__blackbox_address__": site.blackbox_address,
            },
        ),
    )
    peers = {one: _addresses(site, one) for one in _peers(service.name)}
    return _component(site, service.name, name, peers, targets)


def _supporting(site: Site, name: str, *jobs: str) -> components.Component:
    """Gives a program beside the services, scraped under the jobs that are named."""
    targets = tuple(
        components.ScrapeTarget(job=job, address=_address(site, name)) for job in jobs
    )
    peers = {one: _addresses(site, one) for one in _peers(name)}
    return _component(site, name, name, peers, targets)


def _component(
    site: Site,
    program: str,
    name: str,
    peers: Mapping[str, tuple[str, ...]],
    targets: tuple[components.ScrapeTarget, ...],
) -> components.Component:
    told = _tell(site, program, name, peers)
    return components.Component(
        name=name,
        argv=_argv(told),
        environment=_environment(site),
        working_directory=site.working_directory,
        readiness=components.HttpReady(f"http://{_address(site, name)}/health"),
        wave=site.first_wave,
        port=site.ports[name],
        version=sightline.__version__,
        source=_SOURCE,
        targets=targets,
    )


def _traffic(site: Site) -> components.Component:
    """Gives the users: they come when the services are open, and have no port."""
    peers = {
        str(service.name): _addresses(site, service.name)
        for service in _ours(site.services)
    }
    peers[settings.EDGE] = _addresses(site, settings.EDGE)
    return components.Component(
        name=_TRAFFIC,
        argv=_argv(_tell(site, _TRAFFIC, _TRAFFIC, peers)),
        environment=_environment(site),
        working_directory=site.working_directory,
        readiness=None,
        wave=site.first_wave + 1,
        port=None,
        version=sightline.__version__,
        source=_SOURCE,
    )


def _tell(
    site: Site, program: str, name: str, peers: Mapping[str, tuple[str, ...]]
) -> settings.Settings:
    return settings.Settings(
        program=program,
        instance=name,
        port=site.ports.get(name, 0),
        database_url=site.database_url,
        redis_address=site.redis_address,
        faults=site.faults,
        storage=site.storage,
        peers=peers,
        rate=site.rate,
        tls_port=site.ports.get(EDGE_TLS, 0) if program == settings.EDGE else 0,
    )


def _argv(told: settings.Settings) -> tuple[str, ...]:
    return (sys.executable, "-m", "sightline.demo", *told.to_argv())


def _environment(site: Site) -> Mapping[str, str]:
    if site.password_file is None:
        return _ENVIRONMENT
    return {**_ENVIRONMENT, "PGPASSFILE": str(site.password_file)}


def _peers(service: str) -> tuple[str, ...]:
    """Gives the programs that a service calls."""
    match service:
        case "api-gateway":
            return tuple(name for name in _FIRST_PORTS if name != _GATEWAY)
        case "billing-svc":
            return ("payment-provider", "notification-svc")
        case settings.EDGE:
            return (_GATEWAY,)
        case _:
            return ()


def _addresses(site: Site, program: str) -> tuple[str, ...]:
    if program in _SUPPORTING_PORTS:
        return (_address(site, program),)
    declared = site.services[names.ServiceName(program)]
    return tuple(_address(site, name) for name in _instances(declared))
