from dataclasses import replace
from pathlib import Path

import pytest

from sightline.demo import platform, settings
from sightline.model import components, monitoring

RUN = Path("/run/sightline")


@pytest.fixture
def site(skillancer: monitoring.Monitoring) -> platform.Site:
    return platform.Site(
        services=skillancer.services,
        ports=platform.default_ports(skillancer.services),
        database_url="postgresql://skillancer@127.0.0.1:54320/skillancer",
        password_file=RUN / "pgpass",
        redis_address="127.0.0.1:63790",
        blackbox_address="127.0.0.1:9115",
        working_directory=RUN,
        faults=RUN / "faults",
        storage=RUN / "data",
    )


def test_default_ports_are_the_documented_ones(
    skillancer: monitoring.Monitoring,
) -> None:
    assert platform.default_ports(skillancer.services) == {
        "api-gateway-1": 8101,
        "api-gateway-2": 8102,
        "api-gateway-3": 8103,
        "auth-svc-1": 8111,
        "auth-svc-2": 8112,
        "auth-svc-3": 8113,
        "market-svc-1": 8121,
        "market-svc-2": 8122,
        "market-svc-3": 8123,
        "skillpod-svc-1": 8131,
        "skillpod-svc-2": 8132,
        "billing-svc-1": 8141,
        "billing-svc-2": 8142,
        "notification-svc-1": 8151,
        "notification-svc-2": 8152,
        "payment-provider": 8190,
        "job-worker": 8160,
        "cdn-edge": 8180,
        "edge-tls": 8443,
    }


def test_there_is_a_process_per_declared_replica_and_four_beside(
    site: platform.Site, skillancer: monitoring.Monitoring
) -> None:
    found = [component.name for component in platform.components_of(site)]
    replicas = sum(one.expected_replicas for one in skillancer.services.values())

    assert len(found) == len(set(found)) == replicas + 4
    assert {*found, "edge-tls"} == {*site.ports, "traffic"}


def test_an_instance_is_scraped_and_its_health_is_probed(site: platform.Site) -> None:
    found = {one.name: one for one in platform.components_of(site)}

    assert found["auth-svc-2"].targets == (
        components.ScrapeTarget(
            job="services",
            address="127.0.0.1:8112",
            labels={
                "service": "auth-svc",
                "team": "identity",
                "instance": "auth-svc-2",
            },
        ),
        components.ScrapeTarget(
            job="service-health",
            address="http://127.0.0.1:8112/health",
            labels={
                "service": "auth-svc",
                "team": "identity",
                "target": "auth-svc-2",
                "__blackbox_address__": "127.0.0.1:9115",
            },
        ),
    )


def test_users_come_when_everything_is_open(site: platform.Site) -> None:
    waves = {one.name: one.wave for one in platform.components_of(site)}
    last = waves.pop("traffic")

    assert set(waves.values()) == {last - 1}


def test_instances_of_a_service_differ_in_name_and_port_alone(
    site: platform.Site,
) -> None:
    found = {one.name: one for one in platform.components_of(site)}
    told = [
        settings.Settings.parse(found[f"market-svc-{number}"].argv[3:])
        for number in (1, 2, 3)
    ]

    assert {replace(one, instance="", port=0).to_argv() for one in told} == {
        replace(told[0], instance="", port=0).to_argv()
    }


def test_a_moved_port_reaches_those_who_call_it(site: platform.Site) -> None:
    moved = replace(site, ports={**site.ports, "payment-provider": 9999})
    found = {one.name: one for one in platform.components_of(moved)}

    told = settings.Settings.parse(found["billing-svc-1"].argv[3:])

    assert told.peers["payment-provider"] == ("127.0.0.1:9999",)


def test_no_password_is_in_arguments_or_environment(site: platform.Site) -> None:
    (environment,) = {
        tuple(sorted(one.environment.items())) for one in platform.components_of(site)
    }

    assert dict(environment) == {
        "MALLOC_ARENA_MAX": "1",
        "PGPASSFILE": "/run/sightline/pgpass",
        "PYTHONUNBUFFERED": "1",
    }
