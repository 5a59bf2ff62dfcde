"""What an environment takes over from another, and what it says itself."""

import dataclasses

import pytest

from sightline.model import connections, environments, monitoring, placement
from sightline.spec import parsers


@pytest.fixture
def staging(skillancer: monitoring.Monitoring) -> environments.Environment:
    return skillancer.environments["staging"]


def test_an_environment_takes_over_what_it_does_not_say(
    skillancer: monitoring.Monitoring, staging: environments.Environment
) -> None:
    production = skillancer.environments["production"]
    differing = {
        field.name
        for field in dataclasses.fields(production)
        if getattr(production, field.name) != getattr(staging, field.name)
    }
    assert differing == {
        "name",
        "prometheus_url",
        "alertmanager_url",
        "grafana_url",
        "replicas",
        "place",
    }


def test_mappings_are_joined_key_by_key(
    skillancer: monitoring.Monitoring, staging: environments.Environment
) -> None:
    production = skillancer.environments["production"].place
    platform = staging.place.connections["platform"]
    inherited = production.connections["platform"]
    assert isinstance(platform, connections.Postgres)
    assert isinstance(inherited, connections.Postgres)
    assert platform.address.host == "postgres.staging.skillancer.internal"
    assert dataclasses.replace(platform, address=inherited.address) == inherited
    assert staging.place.connections["payments"] == production.connections["payments"]


def test_a_program_gets_what_is_declared_and_else_what_is_usual(
    staging: environments.Environment,
) -> None:
    rooms = staging.place.rooms
    assert rooms[placement.Program.PROMETHEUS] == placement.Room(
        cpu_millicores=1000, memory_mebibytes=4096, storage_mebibytes=102400
    )
    assert (
        rooms[placement.Program.GRAFANA]
        == placement.DEFAULT_ROOMS[placement.Program.GRAFANA]
    )
    image = rooms[placement.Program.COLLECTORS].image
    assert image == "registry.skillancer.com/sightline:0.1.0"


@pytest.mark.parametrize(
    ("written", "millicores"), [("500m", 500), (2, 2000), (0.25, 250), ("1m", 1)]
)
def test_processors_are_read_in_thousandths(written: object, millicores: int) -> None:
    assert parsers.parse_millicores(written) == millicores


@pytest.mark.parametrize(
    ("written", "mebibytes"), [("512Mi", 512), ("8Gi", 8192), ("2Ti", 2097152)]
)
def test_memory_is_read_in_mebibytes(written: str, mebibytes: int) -> None:
    assert parsers.parse_mebibytes(written) == mebibytes


@pytest.mark.parametrize("written", [True, 0, -1, float("inf"), "2", "m", None, "0m"])
def test_other_shares_of_processors_are_refused(written: object) -> None:
    with pytest.raises(Exception, match="a share of processors"):
        parsers.parse_millicores(written)
