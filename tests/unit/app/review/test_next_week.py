"""The week to come says how high it gets, and what such forecasts were worth."""

import numpy as np

from sightline.app.review import next_week
from sightline.review import forecasting


def test_the_fullest_comes_first_with_what_its_forecast_was_worth() -> None:
    weeks = [_week("Disk", 0.4, 0.9), _week("Memory", 0.8, 0.5)]
    table = next_week.table(weeks)
    assert table.rows == [
        (
            "Memory",
            "80%",
            "± 2.0% (not calibrated: held 50% of hours)",
            "the same hour of the last day",
            "3.0%",
            "4.5%",
        ),
        (
            "Disk",
            "40%",
            "± 2.0% (calibrated: held 90% of hours)",
            "the same hour of the last day",
            "3.0%",
            "4.5%",
        ),
    ]


def _week(name: str, highest: float, coverage: float) -> next_week.Week:
    return next_week.Week(
        name=name,
        forecast=forecasting.Forecast(
            method="the same hour of the last day",
            numbers=np.array([highest / 2, highest]),
            margin=np.array([0.01, 0.02]),
            coverage=coverage,
            error=0.03,
            naive_error=0.045,
        ),
    )
