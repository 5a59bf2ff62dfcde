"""Whether history reaches as far back as anything looks."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sightline import errors
from sightline.clients import prometheus
from sightline.promql import refusals, windows
from sightline.review.backtest import replaying

__all__ = ["Need", "Retention", "longest_needs", "measure"]

_OLDEST: Final = "min(prometheus_tsdb_lowest_timestamp_seconds)"
_SIZE: Final = "sum(prometheus_tsdb_storage_blocks_bytes)"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Need:
    """How far back something looks, and what it is."""

    seconds: float
    what: str


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
