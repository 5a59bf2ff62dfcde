"""Whether history has what a rule reads: without samples, silence proves nothing."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sightline.clients import prometheus
from sightline.promql import ast, walking
from sightline.review.backtest import fetching, replaying, states, timelines

__all__ = ["Coverage", "is_gone", "measure", "metrics_of"]

_LOOKS: Final = 240
"""At how many times of the period somebody looks for samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """When a metric had samples.

    Attributes:
        share: of the times looked at, 0..1.
        first: when it was seen first, in Unix seconds; `None` when it was not.
        last: when it was seen last.
    """

    share: float
    first: float | None
    last: float | None


def metrics_of(expression: ast.Expression) -> frozenset[str]:
    """Gives the metrics that an expression names."""
    named = (selector.metric for selector in walking.selectors(expression))
    return frozenset(name for name in named if name)


def is_gone(one: Coverage, period: replaying.Period) -> bool:
    """Says whether a metric ended more than a twentieth of the period ago."""
    start, end = period.start.timestamp(), period.end.timestamp()
    return one.last is not None and one.last < end - (end - start) / 20


async def measure(
    server: prometheus.Prometheus,
    metrics: Iterable[str],
    start: float,
    end: float,
) -> Mapping[str, Coverage]:
    """Gives how much of a period each metric covers, at the precision of 1/240.

    Raises:
        ServerUnavailable: the server did not answer.
    """
    names = sorted(set(metrics))
    if not names:
        return {}
    grid = timelines.Grid(start=start, step=(end - start) / _LOOKS, count=_LOOKS + 1)
    chosen = "|".join(map(re.escape, names)).replace("\\", "\\\\")
    expr = f'group by (__name__) ({{__name__=~"{chosen}"}})'
    seen = {
        one.labels["__name__"]: np.flatnonzero(~np.isnan(one.numbers))
        for one in await fetching.fetch(server, expr, grid)
    }
    return {name: _coverage(seen.get(name), grid) for name in names}


def _coverage(indexes: states.Indexes | None, grid: timelines.Grid) -> Coverage:
    if indexes is None:
        return Coverage(share=0.0, first=None, last=None)
    return Coverage(
        share=indexes.size / grid.count,
        first=grid.time_of(int(indexes[0])),
        last=grid.time_of(int(indexes[-1])),
    )
