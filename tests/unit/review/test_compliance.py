"""A budget is settled to the event, and the incidents that spent it are named."""

import numpy as np
import pytest

from sightline.review import compliance
from sightline.review.backtest import timelines

GRID = timelines.Grid(start=0.0, step=300.0, count=288)


def _settle(bad: dict[int, float], missing: int = 0) -> compliance.Ledger:
    total = np.full(GRID.count, 10.0)
    total[GRID.count - missing :] = np.nan
    rates = np.zeros(GRID.count)
    for at, rate in bad.items():
        rates[at] = rate
    return compliance.settle(GRID, rates, total, 0.001)


def test_events_and_budget_are_added_up() -> None:
    ledger = _settle({})
    assert (ledger.total, ledger.bad, ledger.coverage) == (864_000.0, 0.0, 1.0)
    assert ledger.budget == pytest.approx(864.0)
    assert (ledger.error_ratio, ledger.spent, ledger.unexplained) == (0.0, 0.0, 0.0)


def test_incidents_are_listed_by_what_they_cost() -> None:
    ledger = _settle({10: 0.1, 11: 0.1, 100: 1.0})
    assert [(one.start, one.end, one.bad) for one in ledger.incidents] == [
        (30_000.0, 30_300.0, 300.0),
        (3_000.0, 3_600.0, 60.0),
    ]
    assert [one.share for one in ledger.incidents] == pytest.approx(
        [300 / 864, 60 / 864]
    )


def test_stretches_within_half_an_hour_are_one_incident() -> None:
    ledger = _settle({10: 1.0, 14: 1.0, 40: 1.0})
    assert [(one.start, one.bad) for one in ledger.incidents] == [
        (3_000.0, 600.0),
        (12_000.0, 300.0),
    ]


def test_what_no_incident_explains_is_said() -> None:
    ledger = _settle(dict.fromkeys(range(288), 0.005))
    assert ledger.incidents == []
    assert ledger.unexplained == pytest.approx(0.5)


def test_what_was_not_measured_is_not_good() -> None:
    ledger = _settle({}, missing=72)
    assert (ledger.coverage, ledger.total) == (0.75, 648_000.0)


def test_without_events_nothing_is_claimed() -> None:
    ledger = _settle({}, missing=288)
    assert (ledger.error_ratio, ledger.spent, ledger.coverage) == (None, None, 0.0)
