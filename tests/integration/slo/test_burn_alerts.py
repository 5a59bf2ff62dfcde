"""The burn-rate alerts, by promtool's judgement: when they page, and when not."""

from collections.abc import Callable, Mapping

import pytest

from support import objectives
from support.slo_scenarios import (
    DAY,
    FAILED,
    HOUR,
    OK,
    Scenario,
    born,
    counter,
    fired,
    holds,
    never,
    written,
)

pytestmark = pytest.mark.integration

BURN = "ErrorBudgetBurn"
COUNTED = "round(sum_over_time(slo:sli_bad:rate5m[1h]) * 60, 0.001)"
Scenarios = Callable[..., Scenario]


@pytest.fixture
def api(scenario: Scenarios) -> Scenario:
    return scenario(objectives.objective())


def thirty_an_hour(minute: int) -> float:
    return minute % 2


def outage(begin: int, minutes: int) -> Mapping[str, str]:
    """Thirty requests an hour, of which every one fails from `begin` on."""
    return {
        OK: counter(minutes, lambda m: thirty_an_hour(m) if m < begin else 0),
        FAILED: counter(minutes, lambda m: thirty_an_hour(m) if m >= begin else 0),
    }


def test_row_96_one_failure_at_thirty_requests_an_hour_is_silent(api: Scenario) -> None:
    failure = 12 * HOUR
    end = failure + 7 * HOUR
    api.check(
        {
            OK: counter(end, thirty_an_hour),
            FAILED: counter(end, lambda minute: minute == failure),
        },
        holds("slo:sli_error:ratio1h > 0.0144", failure + 30),
        never(fired(BURN, within="19h"), end),
    )


def test_a_total_outage_at_thirty_requests_an_hour_pages_within_eight_minutes(
    api: Scenario,
) -> None:
    begin = 12 * HOUR
    api.check(
        outage(begin, begin + 15),
        never(fired(BURN, within="12h"), begin + 5),
        holds(fired(BURN, "1h") + " == 1", begin + 8),
    )


def test_the_failures_of_a_first_start_burn_no_budget(api: Scenario) -> None:
    api.check(
        {
            OK: counter(7 * HOUR, lambda _: 1000),
            FAILED: counter(7 * HOUR, lambda minute: 1000 if minute < 1 else 0),
        },
        holds("slo:sli_error:ratio3d > 0.0144", 15),
        never(fired(BURN, within="7h"), 7 * HOUR),
    )


def test_an_outage_from_the_first_minute_on_pages_within_twelve(api: Scenario) -> None:
    api.check(
        {
            OK: counter(HOUR, lambda _: 0),
            FAILED: counter(HOUR, lambda _: 100),
        },
        never(fired(BURN, "6h", within="20m"), 20),
        holds(f"{fired(BURN, '1h')} == 1", 12),
    )


def test_the_tier_says_its_priority_its_owner_and_its_severity(api: Scenario) -> None:
    begin = 7 * HOUR
    page = {
        "priority": "P0",
        "severity": "critical",
        "service": "api",
        "team": "platform",
        "slo": "x",
        "burn_tier": "1h",
    }
    selector = ",".join(f'{name}="{text}"' for name, text in page.items())
    api.check(
        {
            OK: counter(begin + 20, lambda m: 100 if m < begin else 0),
            FAILED: counter(begin + 20, lambda m: 100 if m >= begin else 0),
        },
        holds(f'ALERTS{{alertname="{BURN}",{selector}}}', begin + 15),
        holds(f"count({fired(BURN)}) == 4", begin + 15),
    )


def test_a_burn_of_twenty_pages_within_fifty_minutes(api: Scenario) -> None:
    begin, end = 2 * HOUR, 3 * HOUR
    api.check(
        {
            OK: counter(end, lambda m: 60_000 if m < begin else 58_800),
            FAILED: counter(end, lambda m: 0 if m < begin else 1_200),
        },
        never(fired(BURN, "1h", within="2h"), begin + 30),
        holds(f"{fired(BURN, '1h')} == 1", begin + 50),
    )


def test_the_page_ends_soon_after_its_cause(api: Scenario) -> None:
    begin, end = 2 * HOUR, 2 * HOUR + 20
    api.check(
        {
            OK: counter(3 * HOUR, lambda m: 0 if begin <= m < end else 100),
            FAILED: counter(3 * HOUR, lambda m: 100 if begin <= m < end else 0),
        },
        holds(f"{fired(BURN, '1h')} == 1", end),
        never(fired(BURN, "1h"), end + 7),
    )


def test_row_89_probes_and_health_checks_change_nothing(scenario: Scenarios) -> None:
    # Our services do not count them; a foreign exposition may, under another name.
    api = scenario(objectives.objective())
    api.check(
        {
            OK: counter(HOUR, lambda _: 10),
            FAILED: counter(HOUR, lambda _: 0.01),
            'probe_success{service="api"}': counter(HOUR, lambda _: 1000),
        },
        holds("round(slo:sli_total:rate5m * 60, 0.001) == 10.01", HOUR),
    )


def test_row_88_a_crawlers_404s_do_not_burn_the_budget(api: Scenario) -> None:
    api.check(
        {
            OK: counter(HOUR, lambda _: 100),
            'http_requests_total{service="api",status="404"}': counter(
                HOUR, lambda _: 5000
            ),
        },
        holds("slo:error_budget_remaining:ratio == 1", HOUR),
        never(fired(BURN, within="1h"), HOUR),
    )


def test_row_91_no_alert_of_a_median_and_only_two_tiers_of_a_half_budget(
    scenario: Scenarios,
) -> None:
    median = {
        "target": objectives.target("50%"),
        "sli": objectives.REQUESTS,
    }
    scenario_of_both = scenario(
        objectives.objective("median", reported_only=True, **median),
        objectives.objective("half", **median),
    )
    scenario_of_both.check(
        {
            OK: counter(7 * HOUR, lambda m: 100 if m < HOUR else 0),
            FAILED: counter(7 * HOUR, lambda m: 0 if m < HOUR else 100),
        },
        never('ALERTS{slo="median"}', 7 * HOUR),
        holds('count(ALERTS{slo="half"}) == 1', 7 * HOUR),
        holds('ALERTS{slo="half",burn_tier="3d"}', 7 * HOUR),
        holds('slo:sli_error:ratio30m{slo="median"} == 1', 7 * HOUR),
    )


def test_row_95_born_at_one_counts_one(scenario: Scenarios) -> None:
    api = scenario(objectives.objective(counts_births=True))
    target = 'job="services",instance="api-1"'
    end = 2 * HOUR
    birth = HOUR + 7
    api.check(
        {
            f"up{{{target}}}": written([1] * end),
            f'http_requests_total{{{target},service="api",status="200"}}': counter(
                end, lambda _: 100
            ),
            f'http_requests_total{{{target},service="api",status="500"}}': born(
                birth, end, lambda _: 0, start=1
            ),
        },
        holds(f"{COUNTED} == 1", birth + 30),
    )


def test_row_95_a_new_process_with_three_failures_counts_three(
    scenario: Scenarios,
) -> None:
    api = scenario(objectives.objective(counts_births=True))
    end, birth = 2 * HOUR, HOUR + 7
    old = 'job="services",instance="api-1"'
    new = 'job="services",instance="api-2"'
    requests = 'http_requests_total{%s,service="api",status="%s"}'
    api.check(
        {
            f"up{{{old}}}": written([1] * end),
            f"up{{{new}}}": f"_x{birth - 1} " + written([1] * (end - birth)),
            f"process_start_time_seconds{{{new}}}": f"_x{birth - 1} "
            + written([birth * 60 - 5] * (end - birth)),
            requests % (old, "200"): counter(end, lambda _: 100),
            requests % (new, "500"): born(birth, end, lambda _: 0, start=3),
        },
        holds(f"{COUNTED} == 3", birth + 30),
    )


def test_row_95_a_gap_of_twenty_minutes_adds_no_old_count(scenario: Scenarios) -> None:
    api = scenario(objectives.objective(counts_births=True))
    target = 'job="services",instance="api-1"'
    gap, end = range(HOUR, HOUR + 20), 2 * HOUR
    reading = 'http_requests_total{%s,service="api",status="%s"}'

    def _with_gap(samples: list[float]) -> str:
        return " ".join(
            "_" if minute in gap else f"{sample:.0f}"
            for minute, sample in enumerate(samples)
        )

    api.check(
        {
            f"up{{{target}}}": _with_gap([1.0] * end),
            f"process_start_time_seconds{{{target}}}": _with_gap([-90_000.0] * end),
            reading % (target, "200"): _with_gap(
                [50_000.0 + 100 * m for m in range(end)]
            ),
            reading % (target, "500"): _with_gap([50_000.0] * end),
        },
        holds("sum_over_time(slo:sli_bad:rate5m[2h]) == 0", end - 1),
        never(fired(BURN, within="2h"), end - 1),
    )


def test_row_95_an_old_process_that_is_scraped_for_the_first_time_adds_nothing(
    scenario: Scenarios,
) -> None:
    api = scenario(objectives.objective(counts_births=True))
    seen, end = HOUR, 2 * HOUR
    late = 'job="services",instance="api-9"'
    here = 'job="services",instance="api-1"'
    reading = 'http_requests_total{%s,service="api",status="%s"}'
    api.check(
        {
            f"up{{{here}}}": written([1] * end),
            reading % (here, "200"): counter(end, lambda _: 100),
            f"up{{{late}}}": f"_x{seen - 1} " + written([1] * (end - seen)),
            f"process_start_time_seconds{{{late}}}": f"_x{seen - 1} "
            + written([-90_000] * (end - seen)),
            reading % (late, "500"): born(seen, end, lambda _: 0, start=50_000),
        },
        holds("sum_over_time(slo:sli_bad:rate5m[2h]) == 0", end - 1),
    )


@pytest.mark.parametrize("text", ["99.9%", "99.99%"])
def test_a_day_of_single_failures_within_the_budget_is_silent(
    scenario: Scenarios, text: str
) -> None:
    api = scenario(objectives.objective(target=objectives.target(text)))
    api.check(
        {
            OK: counter(DAY, lambda _: 2),
            FAILED: counter(DAY, lambda minute: minute in {500, 1000}),
        },
        never(f"{fired(BURN, within='1d')} and on (priority) vector(1)", DAY),
        never(fired(BURN, "1h", within="1d"), DAY),
        never(fired(BURN, "6h", within="1d"), DAY),
    )
