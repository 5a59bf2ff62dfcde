"""Planned maintenance spends no budget, by promtool's judgement."""

import datetime as dt
from collections.abc import Callable

import pytest

from sightline.model import names, slos
from support import builders, objectives
from support.slo_scenarios import (
    FAILED,
    HOUR,
    OK,
    Scenario,
    counter,
    fired,
    holds,
    never,
)

pytestmark = pytest.mark.integration

BURN = "ErrorBudgetBurn"
RATIO = "slo:sli_error:ratio1d1h"
Scenarios = Callable[..., Scenario]

BEGIN, END = 6 * HOUR, 7 * HOUR


def _window(schedule: slos.Schedule) -> slos.MaintenanceWindow:
    return slos.MaintenanceWindow(
        name="upgrade",
        services=(names.ServiceName("api"),),
        schedule=schedule,
        reason="An upgrade of the database",
        owner=names.TeamName("platform"),
        span=builders.SPAN,
    )


# promtool's time begins at 1970-01-01T00:00:00Z, a Thursday.
ONCE = _window(
    slos.OneOff(
        start=dt.datetime(1970, 1, 1, 6, tzinfo=dt.UTC),
        end=dt.datetime(1970, 1, 1, 7, tzinfo=dt.UTC),
    )
)
WEEKLY = _window(
    slos.Weekly(
        weekday=3,
        start=dt.time(7),
        length=builders.duration("1h"),
        zone="Europe/Berlin",
    )
)


@pytest.fixture(params=[ONCE, WEEKLY], ids=["once", "weekly"])
def api(request: pytest.FixtureRequest, scenario: Scenarios) -> Scenario:
    objective = objectives.objective(period=builders.duration("25h"))
    return scenario(objective, maintenance=(request.param,))


def test_an_outage_inside_the_window_is_silent_and_spends_nothing(
    api: Scenario,
) -> None:
    end = END + HOUR
    api.check(
        {
            OK: counter(end, lambda m: 0 if BEGIN <= m < END else 100),
            FAILED: counter(end, lambda m: 100 if BEGIN <= m < END else 0),
        },
        never(fired(BURN, within="8h"), end),
        never(fired("SLIStalled", within="8h"), end),
        holds(f"{RATIO} == 0", end),
        holds("slo:error_budget_remaining:ratio == 1", end),
        holds("slo:sli_error_raw:ratio1d1h > 0.1", end),
        holds("slo:error_budget_remaining_raw:ratio < -100", end),
        holds("slo:maintenance:active == 1", BEGIN + 30),
        holds("slo:maintenance:active == 0", END + 1),
        holds("slo:maintenance_excluded:ratio1d1h > 0.1", end),
    )


def test_an_outage_that_outlasts_the_window_pages(scenario: Scenarios) -> None:
    api = scenario(objectives.objective(), maintenance=(ONCE,))
    api.check(
        {
            OK: counter(END + 20, lambda m: 0 if m >= BEGIN else 100),
            FAILED: counter(END + 20, lambda m: 100 if m >= BEGIN else 0),
        },
        never(fired(BURN, within="7h"), END),
        holds(f"{fired(BURN, '1h')} == 1", END + 8),
    )


def test_another_services_maintenance_changes_nothing(scenario: Scenarios) -> None:
    api = scenario(
        objectives.objective(service=names.ServiceName("web")), maintenance=(ONCE,)
    )
    api.check(
        {
            OK: counter(END, lambda m: 0 if m >= BEGIN else 100),
            FAILED: counter(END, lambda m: 100 if m >= BEGIN else 0),
        },
        holds(f"{fired(BURN, '1h')} == 1", BEGIN + 10),
        never("slo:maintenance:active", BEGIN + 10),
    )
