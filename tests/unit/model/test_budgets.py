import datetime as dt
from decimal import Decimal

import pytest

from sightline.model import budgets
from support import objectives

THREE_NINES = objectives.target("99.9%")
FOUR_NINES = objectives.target("99.99%")


def test_burn_is_the_error_ratio_in_budgets() -> None:
    assert budgets.burn_rate(0.01, THREE_NINES) == pytest.approx(10)
    assert budgets.burn_rate(0.01, FOUR_NINES) == pytest.approx(100)


def test_an_overspent_budget_is_below_zero() -> None:
    assert budgets.budget_remaining(0.002, THREE_NINES) == pytest.approx(-1)


@pytest.mark.parametrize(
    ("text", "needed"), [("99.9%", 1_000), ("99.95%", 2_000), ("99.99%", 10_000)]
)
def test_row_96_one_failure_needs_so_many_events(text: str, needed: int) -> None:
    assert budgets.events_for_one_failure(objectives.target(text)) == needed


@pytest.mark.parametrize(
    ("text", "factor", "events"),
    [("99.9%", "14.4", 69.4), ("99.9%", "6", 166.7), ("99.99%", "14.4", 694.4)],
)
def test_row_96_one_failure_burns_that_fast_below_so_many_events(
    text: str, factor: str, events: float
) -> None:
    target = objectives.target(text)
    found = budgets.events_to_page_on_one_failure(target, Decimal(factor))
    assert found == pytest.approx(events, abs=0.05)


def test_the_guard_holds_one_failure_back_and_lets_an_outage_through() -> None:
    assert budgets.freeman_tukey_deviate(1, 30, 0.001) < 2.5
    assert budgets.freeman_tukey_deviate(1, 30, 0.0001) < 2.5
    assert budgets.freeman_tukey_deviate(3, 30, 0.001) > 2.5


def test_row_96_verdicts_say_what_is_needed() -> None:
    assert str(budgets.judge_volume(9_999, FOUR_NINES)) == (
        "no: one failure is too many below 10,000 events"
    )
    assert str(budgets.judge_volume(50_000, FOUR_NINES)) == (
        "coarse: 5.0 failures are allowed"
    )
    assert str(budgets.judge_volume(1_000_000, FOUR_NINES)) == "yes"


def test_a_burn_of_ten_spends_a_whole_budget_in_a_tenth_of_the_period() -> None:
    forecast = budgets.exhaust_within(1.0, 1_000, 100_000, objectives.objective())
    assert forecast.expected == dt.timedelta(days=3)
    assert forecast.soonest is not None
    assert forecast.latest is not None
    assert forecast.soonest < forecast.expected < forecast.latest


def test_a_burn_of_one_never_spends_the_budget() -> None:
    forecast = budgets.exhaust_within(0.5, 100, 100_000, objectives.objective())
    assert forecast.expected is None


def test_a_spent_budget_is_exhausted_now() -> None:
    forecast = budgets.exhaust_within(-0.1, 0, 100, objectives.objective())
    assert forecast.expected == dt.timedelta(0)


def test_no_events_rule_nothing_out() -> None:
    assert budgets.wilson_interval(0, 0) == budgets.Interval(0.0, 1.0)


def test_wilson_agrees_with_its_published_example() -> None:
    # 10 of 100 at 95 %: Newcombe, Statistics in Medicine 17 (1998), method 3.
    interval = budgets.wilson_interval(10, 100)
    assert interval.low == pytest.approx(0.0552, abs=5e-5)
    assert interval.high == pytest.approx(0.1744, abs=5e-5)
