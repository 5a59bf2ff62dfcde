"""Numbers that stand still and numbers of another unit are told from usual ones."""

import math

import numpy as np
import pytest

from sightline.review import plausibility
from sightline.review.backtest import timelines


def _series(numbers: np.ndarray) -> timelines.Timeline:
    return timelines.Timeline(labels={}, numbers=numbers)


MOVING = np.arange(168.0)


def test_half_a_day_without_a_move_is_frozen() -> None:
    stands = np.concatenate([MOVING[:140], np.full(28, MOVING[140])])
    assert plausibility.frozen_hours([_series(stands)]) == 27


@pytest.mark.parametrize(
    "numbers",
    [
        [MOVING],
        [np.concatenate([MOVING[:160], np.full(8, 160.0)])],
        [np.zeros(168)],
        [np.where(MOVING < 20, MOVING, 0.0)],
        [np.concatenate([MOVING[:140], np.full(28, 140.0)]), MOVING],
        [np.concatenate([MOVING[:140], np.full(28, np.nan)])],
        [],
    ],
    ids=["moves", "a night", "constant", "rare", "another moves", "no data", "none"],
)
def test_nothing_else_is_frozen(numbers: list[np.ndarray]) -> None:
    assert plausibility.frozen_hours([_series(one) for one in numbers]) == 0


@pytest.mark.parametrize(
    ("unit", "number", "reason"),
    [
        ("percentunit", 63.0, "63 shown as 6,300 %: it is a percentage already"),
        ("s", 1.78e9, "1.78e+09 seconds: it is a time, not a duration"),
        (
            "dateTimeFromNow",
            1.78e9,
            "1.78e+09 shown as a date: Grafana takes milliseconds",
        ),
        ("percentunit", 1.7, ""),
        ("percentunit", math.inf, ""),
        ("s", 3e8, ""),
        ("dateTimeFromNow", 1.78e12, ""),
        ("short", 1e15, ""),
    ],
)
def test_a_unit_has_its_numbers(unit: str, number: float, reason: str) -> None:
    assert plausibility.find_wrong_unit(unit, [0.0, number]) == reason


def test_no_numbers_have_any_unit() -> None:
    assert plausibility.find_wrong_unit("percentunit", []) == ""
