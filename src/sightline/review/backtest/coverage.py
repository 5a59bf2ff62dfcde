"""Whether history has what a rule reads: without samples, silence proves nothing."""

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sightline.clients import prometheus
from sightline.promql import ast, walking, windows
from sightline.review.backtest import fetching, replaying, states, timelines

__all__ = [
    "Coverage",
    "find_absent",
    "is_gone",
    "measure",
    "metrics_of",
    "reach_seconds",
]

_LOOKS: Final = 240
"""At how many times of the period somebody looks for samples."""

_LOOKBACK_SECONDS: Final = 300.0
"""https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness"""


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


def reach_seconds(expression: ast.Expression) -> float:
    """Gives the age of the oldest sample that an expression can read."""
    lookbacks = (one.lookback_seconds for one in windows.readings(expression))
    return max(lookbacks, default=0.0) + _LOOKBACK_SECONDS


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


async def find_absent(
    server: prometheus.Prometheus,
    seen: Mapping[str, Coverage],
    start: float,
    end: float,
) -> frozenset[str]:
    """Gives the metrics without any sample, however short they may have lived.

    Args:
        server: has the history.
        seen: as `measure` gives it: only what that did not see is looked for.
        start: in Unix seconds, as far back as somebody reads.
        end: in Unix seconds.

    Raises:
        ServerUnavailable: the server did not answer.
    """
    unseen = {name for name, one in seen.items() if one.first is None}
    if not unseen:
        return frozenset()
    found = await server.fetch_series(
        *(f"{{__name__={json.dumps(name)}}}" for name in sorted(unseen)),
        start=dt.datetime.fromtimestamp(start, dt.UTC),
        end=dt.datetime.fromtimestamp(end, dt.UTC),
    )
    return frozenset(unseen - {one["__name__"] for one in found})


def _coverage(indexes: states.Indexes | None, grid: timelines.Grid) -> Coverage:
    if indexes is None:
        return Coverage(share=0.0, first=None, last=None)
    return Coverage(
        share=indexes.size / grid.count,
        first=grid.time_of(int(indexes[0])),
        last=grid.time_of(int(indexes[-1])),
    )
