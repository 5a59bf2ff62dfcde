"""The alert on objectives that are no longer measured, by promtool's judgement."""

import dataclasses
from collections.abc import Callable

import pytest

from support import objectives
from support.slo_scenarios import (
    HOUR,
    OK,
    WEEK,
    Scenario,
    counter,
    fired,
    holds,
    never,
)

pytestmark = pytest.mark.integration

STALLED = "SLIStalled"
HISTOGRAM = "http_request_duration_seconds"
Scenarios = Callable[..., Scenario]


@pytest.fixture
def api(scenario: Scenarios) -> Scenario:
    # A week of every rule would be minutes of work.
    return dataclasses.replace(
        scenario(objectives.objective()),
        only=frozenset({STALLED, "slo:sli_bad:rate5m", "slo:sli_total:rate5m"}),
    )


def test_series_that_vanish_stall_the_objective(api: Scenario) -> None:
    api.check(
        {OK: counter(HOUR, lambda _: 100) + " stale"},
        never(fired(STALLED, within="1h"), HOUR),
        holds(f"{fired(STALLED)} == 1", HOUR + 17),
    )


def test_row_93_a_bound_that_is_no_bucket_stalls_instead_of_reading_all_good(
    scenario: Scenarios,
) -> None:
    latency = scenario(objectives.objective(sli=objectives.latency("0.3")))
    latency.check(
        {
            f"{HISTOGRAM}_count": counter(HOUR, lambda _: 100),
            f'{HISTOGRAM}_bucket{{le="0.25"}}': counter(HOUR, lambda _: 100),
            f'{HISTOGRAM}_bucket{{le="0.5"}}': counter(HOUR, lambda _: 100),
        },
        never("slo:sli_error:ratio1h", HOUR),
        never("slo:sli_bad:rate5m", HOUR),
        holds(f"{fired(STALLED)} == 1", 15),
    )


def test_no_traffic_where_last_week_had_some_stalls(api: Scenario) -> None:
    # Two minutes a sample: a week and an hour of them.
    minutes = (WEEK + HOUR) // 2
    idle = WEEK // 2
    api.check(
        {OK: counter(minutes, lambda step: 12 if step < idle else 0)},
        never(fired(STALLED, within="1w"), WEEK),
        holds(f"{fired(STALLED, within='2m')} == 1", WEEK + 30),
        interval="2m",
    )


def test_no_traffic_where_last_week_had_none_either_is_quiet(api: Scenario) -> None:
    minutes = (WEEK + HOUR) // 2
    api.check(
        {OK: counter(minutes, lambda _: 0)},
        never(fired(STALLED, within="1w"), WEEK + HOUR),
        holds("slo:sli_total:rate5m == 0", WEEK + HOUR),
        interval="2m",
    )
