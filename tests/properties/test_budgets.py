"""Laws of error budgets."""

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from sightline.model import budgets, slos
from support import objectives

TARGETS = st.decimals("0.5", "0.99999", places=5).map(slos.Target)
TOTALS = st.integers(1, 10**9)
RATIOS = st.floats(0, 1)


@given(TARGETS)
def test_target_and_budget_are_everything(target: slos.Target) -> None:
    assert target.ratio + target.budget == 1


@given(TARGETS)
def test_a_written_target_reads_back_as_itself(target: slos.Target) -> None:
    assert slos.Target.parse(str(target)) == target


@given(TARGETS, RATIOS)
def test_the_budget_is_spent_exactly_at_burn_one(
    target: slos.Target, ratio: float
) -> None:
    left = budgets.budget_remaining(ratio, target)
    assert (left < 0) == (budgets.burn_rate(ratio, target) > 1)


@given(TARGETS)
def test_a_tier_is_reachable_when_an_outage_burns_faster(target: slos.Target) -> None:
    outage = budgets.burn_rate(1.0, target)
    for tier in slos.BURN_TIERS:
        if abs(outage - float(tier.factor)) > 1e-6:
            assert tier.is_reachable(target) == (outage > float(tier.factor))


@given(TOTALS, st.data())
def test_wilson_encloses_the_ratio(total: int, data: st.DataObject) -> None:
    bad = data.draw(st.integers(0, total))
    interval = budgets.wilson_interval(bad, total)
    assert 0 <= interval.low <= bad / total <= interval.high <= 1


@given(TOTALS, st.data())
def test_wilson_narrows_with_more_events(total: int, data: st.DataObject) -> None:
    bad = data.draw(st.integers(0, total))
    few = budgets.wilson_interval(bad, total)
    many = budgets.wilson_interval(bad * 100, total * 100)
    assert many.high - many.low <= few.high - few.low + 1e-12


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.floats(1e-5, 0.5))
def test_more_failures_are_more_significant(
    bad: int, total: int, budget: float
) -> None:
    assert budgets.freeman_tukey_deviate(
        bad + 1, total, budget
    ) > budgets.freeman_tukey_deviate(bad, total, budget)


@given(st.integers(1, 10**6), st.floats(1e-5, 0.5))
def test_no_failure_is_never_significant(total: int, budget: float) -> None:
    assert budgets.freeman_tukey_deviate(0, total, budget) <= 0


@given(st.integers(1, 30))
def test_one_failure_never_passes_the_guard_of_a_page(total: int) -> None:
    pages = [tier for tier in slos.BURN_TIERS if tier.priority.value in {"P0", "P1"}]
    for tier in pages:
        deviate = budgets.freeman_tukey_deviate(1, total, 0.0001)
        assert Decimal(deviate) < tier.deviate


@given(st.floats(0.01, 1), st.integers(1, 10**6), st.data())
def test_the_forecast_lies_in_its_interval(
    left: float, total: int, data: st.DataObject
) -> None:
    bad = data.draw(st.integers(0, total))
    forecast = budgets.exhaust_within(left, bad, total, objectives.objective())
    assume(forecast.expected is not None)
    assert forecast.expected is not None
    assert forecast.soonest is not None
    assert forecast.soonest <= forecast.expected
    assert forecast.latest is None or forecast.expected <= forecast.latest
