"""The results of an expression at every evaluation of a long period."""

import asyncio
import datetime as dt
from collections.abc import Mapping
from typing import Final

import numpy as np

from sightline.clients import prometheus
from sightline.review.backtest import timelines

__all__ = ["fetch"]

_MOST_POINTS: Final = 11_000
"""A range query with more evaluations is refused.

https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
"""


async def fetch(
    server: prometheus.Prometheus, expr: str, grid: timelines.Grid
) -> tuple[timelines.Timeline, ...]:
    """Gives every series that `expr` has at any evaluation of `grid`.

    Raises:
        ServerUnavailable: the server did not answer, or refuses the expression.
    """
    parts = tuple(grid.parts(_MOST_POINTS))
    answers = await asyncio.gather(*(_fetch_part(server, expr, part) for part in parts))
    numbers: dict[tuple[tuple[str, str], ...], timelines.Numbers] = {}
    for part, answer in zip(parts, answers, strict=True):
        offset = grid.index_of(part.start)
        for series in answer:
            whole = numbers.setdefault(
                _identity(series.labels), np.full(grid.count, np.nan)
            )
            laid = timelines.lay_out(part, series.labels, series.points)
            whole[offset : offset + part.count] = laid.numbers
    return tuple(
        timelines.Timeline(labels=dict(labels), numbers=values)
        for labels, values in sorted(numbers.items())
    )


def _identity(labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(labels.items()))


async def _fetch_part(
    server: prometheus.Prometheus, expr: str, part: timelines.Grid
) -> tuple[prometheus.Series, ...]:
    return await server.query_range(
        expr,
        dt.datetime.fromtimestamp(part.start, dt.UTC),
        dt.datetime.fromtimestamp(part.time_of(part.count - 1), dt.UTC),
        dt.timedelta(seconds=part.step),
    )
