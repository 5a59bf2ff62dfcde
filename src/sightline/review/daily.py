"""One number per day of an expression, for every series that it has."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sightline.clients import prometheus
from sightline.review.backtest import fetching, replaying, timelines

__all__ = ["DailySeries", "fetch"]

_DAY_SECONDS: Final = 86_400.0
_INNER_STEP: Final = "10m"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DailySeries:
    """A series by days.

    Attributes:
        numbers: of the days that have any, oldest first.
        days: when each of them ended, in Unix seconds.
    """

    labels: Mapping[str, str]
    numbers: npt.NDArray[np.float64]
    days: npt.NDArray[np.float64]


async def fetch(
    server: prometheus.Prometheus,
    expr: str,
    function: str,
    period: replaying.Period,
) -> tuple[DailySeries, ...]:
    """Gives `function` (such as `max_over_time`) of every day of a period.

    Raises:
        ServerUnavailable: the server did not answer.
    """
    count = (period.end - period.start) // dt.timedelta(days=1)
    last = period.end.timestamp()
    grid = timelines.Grid(
        start=last - (count - 1) * _DAY_SECONDS, step=_DAY_SECONDS, count=count
    )
    daily = f"{function}(({expr})[1d:{_INNER_STEP}])"
    times = grid.times_of(np.arange(count))
    return tuple(
        DailySeries(
            labels={k: v for k, v in one.labels.items() if k != "__name__"},
            numbers=one.numbers[kept],
            days=times[kept],
        )
        for one in await fetching.fetch(server, daily, grid)
        for kept in [np.isfinite(one.numbers)]
    )
