"""A forecast chooses the method that was right, and says what that is worth."""

import numpy as np
import pytest

from sightline.review import forecasting

HOURS = np.arange(60 * 24, dtype=np.float64)
DAILY = 10 + 5 * np.sin(2 * np.pi * HOURS / 24)
CHANCE = np.random.default_rng(11)


def _ahead(history: np.ndarray, ahead: int = 7 * 24) -> forecasting.Forecast:
    made = forecasting.forecast(history, ahead)
    assert made is not None
    assert made.numbers.size == made.margin.size == ahead
    return made


def test_a_day_that_repeats_is_repeated() -> None:
    made = _ahead(DAILY)
    assert made.numbers == pytest.approx(DAILY[:168], abs=0.01)
    assert made.error == pytest.approx(0.0, abs=1e-3)


def test_growth_goes_on_and_beats_the_last_week() -> None:
    grows = DAILY + HOURS / 100
    made = _ahead(grows)
    expected = DAILY[:168] + (HOURS.size + np.arange(168)) / 100
    assert made.numbers == pytest.approx(expected, rel=0.01)
    assert made.error < made.naive_error / 4


def test_a_new_level_is_not_averaged_with_the_old_one() -> None:
    stepped = DAILY + np.where(HOURS < 30 * 24, 0.0, 20.0)
    made = _ahead(stepped)
    assert made.numbers == pytest.approx(DAILY[:168] + 20, rel=0.05)


def test_gaps_are_filled_with_the_usual_hour() -> None:
    holed = DAILY.copy()
    holed[500:620] = np.nan
    holed[-30:] = np.nan
    assert _ahead(holed).numbers == pytest.approx(DAILY[:168], abs=0.2)


def test_a_calibrated_range_holds_about_what_it_claims() -> None:
    noisy = DAILY + CHANCE.normal(0, 1, HOURS.size)
    made = _ahead(noisy)
    truth = DAILY[:168] + CHANCE.normal(0, 1, 168)
    held = (np.abs(truth - made.numbers) <= made.margin).mean()
    assert made.is_calibrated
    assert held == pytest.approx(0.8, abs=0.12)


def test_a_range_that_never_held_is_not_called_calibrated() -> None:
    """The three stretches that are over have nothing in common."""
    wild = DAILY.copy()
    wild[-168:] += 100
    assert not _ahead(wild).is_calibrated


@pytest.mark.parametrize(
    "history",
    [
        np.full(14 * 24, 5.0),
        np.where(HOURS % 3 == 0, DAILY, np.nan),
        np.full(60 * 24, np.nan),
    ],
    ids=["two weeks", "a third measured", "nothing measured"],
)
def test_too_little_gives_none(history: np.ndarray) -> None:
    assert forecasting.forecast(history, 168) is None


def test_a_flat_zero_stays_one() -> None:
    made = _ahead(np.zeros(HOURS.size))
    assert (made.numbers == 0).all()
    assert (made.error, made.naive_error) == (0.0, 0.0)


def test_errors_are_shares_of_what_was() -> None:
    actual, predicted = np.array([10.0, 30.0]), np.array([12.0, 26.0])
    assert forecasting.wape(actual, predicted) == pytest.approx(0.15)
    assert forecasting.wape(np.zeros(2), np.ones(2)) == 1.0
