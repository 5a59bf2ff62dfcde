from pathlib import Path

import pytest

from sightline.demo import degradations, faults, platform
from sightline.model import monitoring

NAMES = (
    "billing-errors",
    "market-slow",
    "gateway-errors",
    "replica-gone",
    "auth-gone",
    "postgres-down",
    "postgres-exporter-down",
    "postgres-and-exporter-down",
    "queue-backlog",
    "redis-full",
    "redis-down",
    "payment-failing",
    "payment-hanging",
)


def alerts_of(declared: monitoring.Monitoring) -> set[str]:
    return {
        str(level.alert)
        for signal in declared.signals.values()
        for level in signal.levels
    }


def test_the_names_of_the_faults_are_the_agreed_ones() -> None:
    assert tuple(faults.FAULTS) == NAMES


@pytest.mark.parametrize("fault", faults.FAULTS.values(), ids=lambda fault: fault.name)
def test_every_fault_names_alerts_that_the_spec_declares(
    fault: faults.Fault, skillancer: monitoring.Monitoring
) -> None:
    assert {fault.alert, *fault.consequences} - alerts_of(skillancer) == set()


@pytest.mark.parametrize("fault", faults.FAULTS.values(), ids=lambda fault: fault.name)
def test_a_record_of_a_fault_is_read_back_as_it_was(fault: faults.Fault) -> None:
    record = faults.record(fault, 1000.5, 1300.5)

    assert degradations.decode(degradations.encode(record)) == record
    assert (record.started, record.until) == (1000.5, 1300.5)


def test_a_fault_of_a_program_tells_it_what_to_do() -> None:
    record = faults.record(faults.FAULTS["billing-errors"], 0, None)

    assert record.service == "billing-svc"
    assert record.kind is degradations.Kind.ERRORS
    assert record.parameters == {"ratio": 1.0, "status": 500}


def test_a_fault_of_components_tells_no_program_anything() -> None:
    record = faults.record(faults.FAULTS["auth-gone"], 0, None)

    assert (record.service, record.kind) == ("", degradations.Kind.COMPONENTS)


def test_only_what_has_begun_and_not_passed_is_in_force(tmp_path: Path) -> None:
    for name, until in (("redis-full", None), ("market-slow", 50.0)):
        record = faults.record(faults.FAULTS[name], 10, until)
        (tmp_path / f"{name}.json").write_text(degradations.encode(record))

    assert set(faults.read_active(tmp_path, now=49)) == {"redis-full", "market-slow"}
    assert set(faults.read_active(tmp_path, now=50)) == {"redis-full"}


def test_what_a_fault_stops_is_an_instance_that_is_declared(
    skillancer: monitoring.Monitoring,
) -> None:
    stopped = {
        effect.component
        for fault in faults.FAULTS.values()
        for effect in fault.effects
        if isinstance(effect, faults.Stop)
    }
    backing = {"postgres", "postgres-exporter", "redis"}

    assert stopped - backing <= set(platform.default_ports(skillancer.services))
