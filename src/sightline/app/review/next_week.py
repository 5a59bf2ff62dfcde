"""How much of each resource the next week will take, hour by hour.

The slope of days says when something is full; the hours say how high it gets before,
and the error of the same forecast so far says what that is worth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sightline import errors
from sightline.app.review import context
from sightline.model import signals
from sightline.review import forecasting, reports, seasons
from sightline.review.backtest import fetching, timelines

__all__ = ["Week", "forecast", "name_of", "table"]

_AHEAD_HOURS: Final = 7 * 24
_LAST_HOURS: Final = 24
_SHOWN: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A resource, and the week after the period."""

    name: str
    forecast: forecasting.Forecast

    @property
    def highest(self) -> float:
        """The highest hour to come, as a share in use."""
        return float(self.forecast.numbers.max())


def name_of(signal: signals.Signal, labels: Mapping[str, str]) -> str:
    """Gives what a series of a signal is called in a review."""
    told = ", ".join(
        f"{label}={text}"
        for label, text in sorted(labels.items())
        if label != "__name__"
    )
    return f"{signal.title} ({told})" if told else signal.title


async def forecast(
    given: context.Context, watched: Sequence[signals.Signal]
) -> list[Week]:
    """Gives the week after the period, of every series with history enough."""
    grid = timelines.Grid.between(
        given.period.start, given.period.end, seasons.HOUR_SECONDS
    )
    weeks: list[Week] = []
    for signal in watched:
        expr = f"max_over_time(({signal.record or signal.query})[1h:10m])"
        try:
            found = await fetching.fetch(given.prometheus, expr, grid)
        except errors.ServerUnavailable:
            continue  # the slope of its days could not be asked for either, and says so
        for one in found:
            made = _forecast(one.numbers)
            if made is not None:
                weeks.append(Week(name=name_of(signal, one.labels), forecast=made))
    return weeks


def _forecast(numbers: timelines.Numbers) -> forecasting.Forecast | None:
    """Gives the week ahead; `None` for what is gone, and for what is young."""
    if not np.isfinite(numbers[-_LAST_HOURS:]).any():
        return None
    return forecasting.forecast(numbers, _AHEAD_HOURS)


def table(weeks: Sequence[Week]) -> reports.Table:
    """Gives the fullest first, each with what its forecast was worth so far."""
    ordered = sorted(weeks, key=lambda one: -one.highest)
    return reports.Table(
        title="The week after the period, by the hour",
        columns=(
            "resource",
            "highest hour",
            "range",
            "method",
            "error so far",
            "error of the last week again",
        ),
        rows=[
            (
                one.name,
                f"{one.highest:.0%}",
                f"± {float(one.forecast.margin.max()):.1%} ({_worth(one.forecast)})",
                one.forecast.method,
                f"{one.forecast.error:.1%}",
                f"{one.forecast.naive_error:.1%}",
            )
            for one in ordered[:_SHOWN]
        ],
        source="the highest of each hour; the method that was nearest three times",
    )


def _worth(made: forecasting.Forecast) -> str:
    label = "calibrated" if made.is_calibrated else "not calibrated"
    return f"{label}: held {made.coverage:.0%} of hours"
