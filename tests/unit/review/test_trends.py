"""Trends are told from accidents, and dates come with what they are worth."""

import numpy as np
import pytest

from sightline.review import trends


def _noise(size: int, share: float) -> np.ndarray:
    return np.random.default_rng(7).normal(0.0, share, size)


def test_one_bad_day_bends_no_slope() -> None:
    days = np.arange(30.0)
    days[12] = 500.0
    assert trends.slope(days) == pytest.approx(1.0)


def test_a_new_level_is_found_with_its_day() -> None:
    numbers = np.concatenate([np.full(40, 0.1), np.full(20, 0.16)]) + _noise(60, 0.004)
    shift = trends.find_shift(numbers)
    assert shift is not None
    assert shift.day == 40
    assert shift.ratio == pytest.approx(0.6, abs=0.05)


@pytest.mark.parametrize(
    "numbers",
    [
        np.full(60, 0.1) + _noise(60, 0.01),
        np.linspace(0.1, 0.3, 60),
        np.concatenate([np.full(40, 0.100), np.full(20, 0.105)]),
        np.full(10, 0.1),
    ],
    ids=["noise", "steady growth", "too small", "too short"],
)
def test_nothing_else_is_a_new_level(numbers: np.ndarray) -> None:
    assert trends.find_shift(numbers) is None


def test_a_leak_is_full_when_its_slope_says() -> None:
    exhaustion = trends.forecast_exhaustion(np.linspace(0.5, 0.8, 61), 1.0)
    assert exhaustion is not None
    assert exhaustion.days == pytest.approx(41.0, abs=0.1)
    assert exhaustion.soonest == pytest.approx(41.0, abs=0.1)
    assert exhaustion.latest == pytest.approx(41.0, abs=0.1)
    assert exhaustion.error == pytest.approx(0.0, abs=0.01)


def test_what_shrinks_or_stands_still_is_never_full() -> None:
    shrinking = trends.forecast_exhaustion(np.linspace(0.8, 0.5, 60), 1.0)
    still = trends.forecast_exhaustion(np.full(60, 0.5), 1.0)
    assert shrinking is not None
    assert still is not None
    assert (shrinking.days, still.days) == (None, None)


def test_less_than_two_weeks_give_no_date() -> None:
    assert trends.forecast_exhaustion(np.linspace(0.5, 0.9, 13), 1.0) is None


def test_a_clean_up_starts_the_trend_anew() -> None:
    before = np.linspace(0.5, 0.9, 40)
    after = np.linspace(0.3, 0.33, 30)
    exhaustion = trends.forecast_exhaustion(np.concatenate([before, after]), 1.0)
    assert exhaustion is not None
    assert exhaustion.days is not None
    assert exhaustion.days > 300


def test_ranges_that_held_before_are_calibrated() -> None:
    steady = trends.forecast_exhaustion(
        np.linspace(0.3, 0.8, 90) + _noise(90, 0.002), 1.0
    )
    assert steady is not None
    assert steady.tried == 9
    assert steady.is_calibrated
    assert steady.error is not None
    assert steady.naive_error is not None
    assert steady.error < steady.naive_error / 5


def test_ranges_that_turned_out_wrong_are_not() -> None:
    turns = np.concatenate([np.linspace(0, 0.1, 20), np.linspace(0.1, 0.9, 20)])
    wild = trends.forecast_exhaustion(np.concatenate([turns, turns[::-1]]), 1.0)
    assert wild is not None
    assert wild.held < wild.tried
    assert not wild.is_calibrated
