from decimal import Decimal

import pytest

from sightline.model import signals, slos
from support import objectives

FACTORS = {tier.name: tier.factor for tier in slos.BURN_TIERS}


@pytest.mark.parametrize(
    ("text", "budget"),
    [("99.9%", "0.001"), ("99.95%", "0.0005"), ("99.99%", "0.0001"), ("50%", "0.5")],
)
def test_a_budget_is_exact(text: str, budget: str) -> None:
    target = slos.Target.parse(text)
    assert f"{target.budget:f}" == budget
    assert str(target) == text


@pytest.mark.parametrize("text", ["0.999", "100%", "0%", "-1%", "99,9%", "99.9 %", ""])
def test_what_is_no_percentage_between_0_and_100_is_no_target(text: str) -> None:
    with pytest.raises(ValueError, match=r"percentage|between"):
        slos.Target.parse(text)


def test_tiers_are_the_table_of_the_workbook() -> None:
    assert {
        "1h": Decimal("14.4"),
        "6h": Decimal(6),
        "1d": Decimal(3),
        "3d": Decimal(1),
    } == FACTORS
    assert [str(tier.short) for tier in slos.BURN_TIERS] == ["5m", "30m", "2h", "6h"]


@pytest.mark.parametrize(
    ("target", "tiers"),
    [
        ("99.9%", ["1h", "6h", "1d", "3d"]),
        ("95%", ["1h", "6h", "1d", "3d"]),
        ("90%", ["6h", "1d", "3d"]),
        ("50%", ["3d"]),
    ],
)
def test_row_91_only_tiers_that_can_fire_are_kept(
    target: str, tiers: list[str]
) -> None:
    objective = objectives.objective(target=slos.Target.parse(target))
    assert [tier.name for tier in objective.tiers] == tiers


def test_row_91_a_reported_objective_has_no_tiers() -> None:
    assert objectives.objective(reported_only=True).tiers == ()


def test_the_highest_priority_caps_the_tiers() -> None:
    objective = objectives.objective(highest_priority=signals.Priority.P1)
    assert [objective.priority_of(tier).value for tier in objective.tiers] == [
        "P1",
        "P1",
        "P2",
        "P3",
    ]


@pytest.mark.parametrize(
    ("left", "state"),
    [
        (1.0, "healthy"),
        (0.51, "healthy"),
        (0.5, "attention"),
        (0.2, "restricted"),
        (0.0, "exhausted"),
        (-3.0, "exhausted"),
    ],
)
def test_row_104_the_policy_has_states_at_100_50_20_and_0(
    left: float, state: str
) -> None:
    assert slos.DEFAULT_POLICY.state_at(left).name == state
