"""The period ratio on five inputs that other forms get wrong, by promtool's judgement.

The period is shortened to a little more than a day: promtool loads no more samples.
"""

from collections.abc import Callable

import pytest

from support import builders, objectives
from support.slo_scenarios import (
    DAY,
    FAILED,
    HOUR,
    OK,
    Scenario,
    born,
    counter,
    holds,
    near,
    never,
)

pytestmark = pytest.mark.integration

PERIOD = builders.duration("25h")
RATIO = "slo:sli_error:ratio1d1h"
BUDGET_LEFT = "slo:error_budget_remaining:ratio"
Scenarios = Callable[..., Scenario]


@pytest.fixture
def day(scenario: Scenarios) -> Scenario:
    return scenario(objectives.objective(period=PERIOD, counts_births=True))


def test_row_99_idle_minutes_give_no_nan(day: Scenario) -> None:
    idle = range(12 * HOUR, 12 * HOUR + 15)
    day.check(
        {
            OK: counter(DAY, lambda minute: 0 if minute in idle else 100),
            FAILED: counter(DAY, lambda _: 0),
        },
        holds(f"{RATIO} == 0", DAY),
        holds(f"{BUDGET_LEFT} == 1", DAY),
        holds("slo:sli_error:ratio1h == 0", DAY),
        never("slo:sli_error:ratio5m", 12 * HOUR + 12),
    )


def test_row_95_series_born_with_the_first_error_count_fully(day: Scenario) -> None:
    birth = 23 * HOUR
    day.check(
        {
            OK: counter(DAY, lambda m: 100 if m < birth else 90),
            FAILED: born(birth, DAY, lambda _: 10, start=10),
        },
        near(RATIO, 610 / (DAY * 100), DAY),
        holds(f"{RATIO} == {RATIO}", birth - 5),
    )


def test_errors_of_a_quiet_night_weigh_by_their_events(day: Scenario) -> None:
    night = 8 * HOUR
    failures = night * 15
    events = night * 30 + (DAY - night) * 6000
    day.check(
        {
            OK: counter(DAY, lambda m: 15 if m < night else 6000),
            FAILED: counter(DAY, lambda m: 15 if m < night else 0),
        },
        near(RATIO, failures / events, DAY),
    )


def test_an_outage_in_the_busy_hours_weighs_by_its_events(day: Scenario) -> None:
    begin = 8 * HOUR
    busy = range(begin, begin + 8 * HOUR)
    outage = range(begin, begin + HOUR)
    day.check(
        {
            OK: counter(DAY, lambda m: 600 if m in busy and m not in outage else 0),
            FAILED: counter(DAY, lambda m: 600 if m in outage else 0),
        },
        near(RATIO, 1 / 8, DAY),
    )


def test_row_98_without_any_failure_the_budget_is_whole(day: Scenario) -> None:
    day.check(
        {OK: counter(DAY, lambda _: 100)},
        holds(f"{RATIO} == 0", DAY),
        holds(f"{BUDGET_LEFT} == 1", DAY),
        holds("slo:sli_error:ratio5m == 0", DAY),
    )


def test_row_82_one_input_and_three_targets_give_three_budgets(
    scenario: Scenarios,
) -> None:
    targets = {"a": "99.9%", "b": "99.95%", "c": "99.99%"}
    three = scenario(
        *(
            objectives.objective(name, period=PERIOD, target=objectives.target(text))
            for name, text in targets.items()
        )
    )
    three.check(
        {
            OK: counter(HOUR, lambda _: 99_995),
            FAILED: counter(HOUR, lambda _: 5),
        },
        near(f'{BUDGET_LEFT}{{slo="a"}}', 0.95, HOUR, within=1e-6),
        near(f'{BUDGET_LEFT}{{slo="b"}}', 0.90, HOUR, within=1e-6),
        near(f'{BUDGET_LEFT}{{slo="c"}}', 0.50, HOUR, within=1e-6),
    )


def test_row_106_a_new_objective_shows_how_little_was_measured(
    scenario: Scenarios,
) -> None:
    month = scenario(objectives.objective())
    month.check(
        {OK: counter(DAY, lambda _: 100)},
        near("slo:coverage:ratio30d", 1 / 30, DAY),
    )


def test_row_90_two_replicas_of_unequal_load_give_the_exact_ratio(
    scenario: Scenarios,
) -> None:
    latency = scenario(
        objectives.objective(period=PERIOD, sli=objectives.latency("0.2"))
    )
    histogram = "http_request_duration_seconds"
    latency.check(
        {
            f'{histogram}_count{{pod="a"}}': counter(HOUR, lambda _: 1000),
            f'{histogram}_bucket{{pod="a",le="0.2"}}': counter(HOUR, lambda _: 990),
            f'{histogram}_count{{pod="b"}}': counter(HOUR, lambda _: 10),
            f'{histogram}_bucket{{pod="b",le="0.2"}}': counter(HOUR, lambda _: 5),
        },
        near(RATIO, 15 / 1010, HOUR, within=1e-6),
    )


@pytest.mark.parametrize("spelling", ["1", "1.0"])
def test_row_94_a_bound_is_found_in_both_spellings(
    scenario: Scenarios, spelling: str
) -> None:
    latency = scenario(objectives.objective(period=PERIOD, sli=objectives.latency("1")))
    histogram = "http_request_duration_seconds"
    latency.check(
        {
            f"{histogram}_count": counter(HOUR, lambda _: 100),
            f'{histogram}_bucket{{le="{spelling}"}}': counter(HOUR, lambda _: 99),
            f'{histogram}_bucket{{le="10"}}': counter(HOUR, lambda _: 100),
        },
        near("slo:sli_error:ratio30m", 0.01, HOUR, within=1e-6),
    )


def test_no_series_of_good_events_means_that_all_are_bad(scenario: Scenarios) -> None:
    answers = scenario(
        objectives.objective(
            period=PERIOD, sli=objectives.good_total("good_total", "all_total")
        )
    )
    answers.check(
        {"all_total": counter(HOUR, lambda _: 100)},
        holds("slo:sli_error:ratio30m == 1", HOUR),
    )


def test_row_85_wrong_passwords_leave_the_budget_untouched(scenario: Scenarios) -> None:
    logins = scenario(
        objectives.objective(
            period=PERIOD,
            sli=objectives.availability(
                'auth_login_failed_total{reason="server_error"}',
                '{__name__=~"auth_login_success_total|auth_login_failed_total",'
                'reason!~"wrong_password|unknown_user|locked"}',
            ),
        )
    )
    logins.check(
        {
            'auth_login_success_total{country="DE"}': counter(HOUR, lambda _: 10),
            'auth_login_failed_total{reason="wrong_password"}': counter(
                HOUR, lambda _: 1000
            ),
            'auth_login_failed_total{reason="unknown_user"}': counter(
                HOUR, lambda _: 200
            ),
            'auth_login_failed_total{reason="locked"}': counter(HOUR, lambda _: 50),
            'auth_login_failed_total{reason="server_error"}': counter(
                HOUR, lambda _: 0
            ),
        },
        holds(f"{BUDGET_LEFT} == 1", HOUR),
        near("slo:sli_total:rate5m * 60", 10, HOUR, within=1e-6),
    )
