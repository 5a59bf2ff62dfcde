"""Whether history reaches as far back as anything looks."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sightline import errors
from sightline.clients import prometheus
from sightline.promql import refusals, windows
from sightline.review.backtest import fetching, replaying, timelines

__all__ = ["Gap", "Need", "Retention", "find_gaps", "longest_needs", "measure"]

_OLDEST: Final = "min(prometheus_tsdb_lowest_timestamp_seconds)"
_NEWEST: Final = "max(timestamp(up))"
_GAP_STEP_SECONDS: Final = 60.0
_SIZE: Final = "sum(prometheus_tsdb_storage_blocks_bytes)"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Need:
    """How far back something looks, and what it is."""

    seconds: float
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch without any target's sample, in Unix seconds, to the minute.

    Attributes:
        start: when the last sample before it was taken.
        end: when there were samples again.
    """

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What a server keeps.

    Attributes:
        configured: as its flags say: `40d`, `15d or 10GiB`.
        oldest: the time of its oldest sample; `None` when it does not tell.
        bytes_now: of its blocks; `None` when it does not tell.
        bytes_per_day: by which they grew over the period; `None` when unknown.
    """

    configured: str
    oldest: dt.datetime | None
    bytes_now: float | None
    bytes_per_day: float | None

    def covers(self, need: Need, now: dt.datetime) -> bool | None:
        """Says whether the oldest sample is as old as `need` looks back.

        `None` when the server does not tell how old it is.
        """
        if self.oldest is None:
            return None
        return (now - self.oldest).total_seconds() >= need.seconds


def longest_needs(exprs: Sequence[tuple[str, str]], count: int = 5) -> tuple[Need, ...]:
    """Gives the longest looks back, the longest first.

    Args:
        exprs: pairs of what asks, and the expression.
        count: how many at most.
    """
    needs: set[Need] = set()
    for what, expr in exprs:
        try:
            lookback = windows.longest_lookback(expr)
        except refusals.RefusedExpression:
            continue
        needs.add(Need(seconds=lookback.seconds, what=what))
    return tuple(sorted(needs, reverse=True)[:count])


async def find_gaps(
    server: prometheus.Prometheus, period: replaying.Period
) -> tuple[Gap, ...] | None:
    """Gives the stretches of a period in which nothing at all was scraped.

    What came before the first sample is no gap, and what is shorter than five minutes
    is not seen. `None` when there is no sample of `up` at all.

    Raises:
        ServerUnavailable: the server did not answer.
    """
    grid = timelines.Grid.between(period.start, period.end, _GAP_STEP_SECONDS)
    series = await fetching.fetch(server, _NEWEST, grid)
    if not series:
        return None
    seen = np.isfinite(series[0].numbers)
    newest, times = series[0].numbers[seen], grid.times_of(np.flatnonzero(seen))
    ends = np.append(times[1:], grid.time_of(grid.count - 1))
    return tuple(
        Gap(start=start, end=end)
        for start, last, end in zip(
            newest.tolist(), times.tolist(), ends.tolist(), strict=True
        )
        if end - last > _GAP_STEP_SECONDS
    )


async def measure(server: prometheus.Prometheus, period: replaying.Period) -> Retention:
    """Gives what a server keeps, from its own metrics.

    Raises:
        ServerUnavailable: the server did not answer.
    """
    runtime = await server.fetch_runtime()
    oldest = await _number(server, _OLDEST, period.end)
    now = await _number(server, _SIZE, period.end)
    before = await _number(server, _SIZE, period.start)
    days = (period.end - period.start) / dt.timedelta(days=1)
    return Retention(
        configured=runtime.storage_retention,
        oldest=None if oldest is None else dt.datetime.fromtimestamp(oldest, dt.UTC),
        bytes_now=now,
        bytes_per_day=None if now is None or before is None else (now - before) / days,
    )


async def _number(
    server: prometheus.Prometheus, expr: str, at: dt.datetime
) -> float | None:
    try:
        samples = await server.query(expr, at)
    except errors.ServerUnavailable:
        return None
    return samples[0].number if samples else None
