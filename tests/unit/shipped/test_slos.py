"""Skillancer's objectives: every row of its tables, counted, owned and reachable."""

import re

import pytest

from sightline import instrument
from sightline.compilers.slo import lints
from sightline.model import events, monitoring, names, slos


@pytest.fixture
def objectives(skillancer: monitoring.Monitoring) -> dict[str, slos.Objective]:
    found = skillancer.service_levels.objectives
    return {str(name): objective for name, objective in found.items()}


def test_row_82_the_availability_table_has_its_targets(
    objectives: dict[str, slos.Objective],
) -> None:
    assert {
        name: str(objectives[name].target)
        for name in (
            "platform-availability",
            "gateway-availability",
            "login-availability",
            "payment-availability",
        )
    } == {
        "platform-availability": "99.9%",
        "gateway-availability": "99.95%",
        "login-availability": "99.99%",
        "payment-availability": "99.99%",
    }


def test_row_90_the_latency_table_is_twelve_ratios(
    objectives: dict[str, slos.Objective],
) -> None:
    found = {
        name: (str(one.target), float(one.sli.threshold_seconds))
        for name, one in objectives.items()
        if isinstance(one.sli, slos.LatencySli)
    }
    table = {
        "read": (0.05, 0.2, 0.5),
        "write": (0.1, 0.3, 0.8),
        "search": (0.1, 0.5, 1.0),
        "upload": (0.5, 2.0, 5.0),
    }
    assert found == {
        f"{operation}-latency-p{share}": (f"{share}%", bound)
        for operation, bounds in table.items()
        for share, bound in zip((50, 95, 99), bounds, strict=True)
    }


def test_row_91_medians_are_reported_only(
    objectives: dict[str, slos.Objective],
) -> None:
    for name, one in objectives.items():
        assert one.reported_only == name.endswith("-p50")


def test_row_86_and_87_repeated_rows_are_aliases(
    skillancer: monitoring.Monitoring,
) -> None:
    assert {alias.name: alias.of for alias in skillancer.service_levels.aliases} == {
        "server-errors": "platform-availability",
        "payment-errors": "payment-availability",
    }


def test_row_88_client_errors_are_watched_by_a_signal(
    skillancer: monitoring.Monitoring,
) -> None:
    (diagnostic,) = skillancer.service_levels.diagnostics
    assert diagnostic.name == "client-errors"
    assert diagnostic.signal in skillancer.signals


def test_row_84_the_targets_behind_the_gateway_are_found(
    skillancer: monitoring.Monitoring,
) -> None:
    found = lints.find_impossible_dependencies(skillancer.service_levels)
    assert [finding.message.partition(" promises")[0] for finding in found] == [
        "login-availability",
        "payment-availability",
    ]


def test_row_103_every_service_has_an_objective_or_an_exemption(
    skillancer: monitoring.Monitoring,
) -> None:
    assert list(lints.find_unserved(skillancer)) == []
    assert [one.service for one in skillancer.service_levels.exemptions] == [
        names.ServiceName("notification-svc")
    ]


def test_row_92_every_bound_is_a_bucket_of_our_services(
    objectives: dict[str, slos.Objective],
) -> None:
    for one in objectives.values():
        assert lints.find_missing_bucket(one, instrument.SLO_BUCKETS) is None


def test_row_97_every_environment_keeps_samples_long_enough(
    skillancer: monitoring.Monitoring, objectives: dict[str, slos.Objective]
) -> None:
    for environment in skillancer.environments.values():
        assert list(lints.find_short_retention(objectives.values(), environment)) == []


def test_row_104_every_objective_has_an_owner_and_the_policy_blocks(
    skillancer: monitoring.Monitoring, objectives: dict[str, slos.Objective]
) -> None:
    assert {one.team for one in objectives.values()} == {
        "platform",
        "identity",
        "payments",
        "marketplace",
        "skillpods",
    }
    states = skillancer.service_levels.policy.states
    assert [(state.name, f"{state.at_most:%}") for state in states] == [
        ("healthy", "100%"),
        ("attention", "50%"),
        ("restricted", "20%"),
        ("exhausted", "0%"),
    ]
    assert [state.name for state in states if state.blocks_releases] == ["exhausted"]


def test_row_85_every_refusal_but_our_own_is_left_out_of_the_logins(
    objectives: dict[str, slos.Objective], skillancer: monitoring.Monitoring
) -> None:
    source = skillancer.collection.sources["security"]
    assert isinstance(source, events.EventSource)
    emitted = {
        reason
        for metric in source.metrics
        if metric.name == "auth_login_failed_total"
        for reason in metric.labels[0].initial
    }
    sli = objectives["login-availability"].sli
    assert isinstance(sli, slos.AvailabilitySli)
    assert sli.bad == 'auth_login_failed_total{reason="server_error"}'
    left_out = re.search(r'reason!~"([^"]+)"', sli.total)
    assert left_out
    assert set(left_out[1].split("|")) == emitted - {"server_error"}


def test_row_101_a_burn_has_four_tiers_with_two_windows_each(
    objectives: dict[str, slos.Objective],
) -> None:
    tiers = objectives["gateway-availability"].tiers
    assert [(float(t.factor), str(t.long), str(t.short)) for t in tiers] == [
        (14.4, "1h", "5m"),
        (6.0, "6h", "30m"),
        (3.0, "1d", "2h"),
        (1.0, "3d", "6h"),
    ]
