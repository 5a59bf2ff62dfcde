"""What a metric that is gone may be called now."""

import datetime as dt
import difflib
from collections.abc import Collection, Mapping
from typing import Final

from sightline.clients import prometheus
from sightline.review.backtest import coverage

__all__ = ["find"]

_ALIKE: Final = 0.6
_HANDOVER: Final = 0.1
"""Of the period: as near as this the new name must begin to where the old one ends."""


async def find(
    server: prometheus.Prometheus,
    gone: Mapping[str, coverage.Coverage],
    start: float,
    end: float,
) -> Mapping[str, str]:
    """Gives the likely new name of each metric that ended in a period, where there is.

    A new name was not there when the period began, is there at its end, began about
    when the old one ended, and reads alike.

    Raises:
        ServerUnavailable: the server did not answer.
    """
    if not gone:
        return {}
    before = await _names_at(server, start)
    young = await _names_at(server, end) - before
    seen = await coverage.measure(server, _alike(gone, young), start, end)
    found: dict[str, str] = {}
    for name, one in gone.items():
        begun = {
            other
            for other, theirs in seen.items()
            if _follows(one, theirs, end - start)
        }
        if near := difflib.get_close_matches(name, sorted(begun), 1, _ALIKE):
            found[name] = near[0]
    return found


def _alike(names: Collection[str], others: Collection[str]) -> set[str]:
    return {
        near
        for name in names
        for near in difflib.get_close_matches(name, sorted(others), 5, _ALIKE)
    }


def _follows(one: coverage.Coverage, other: coverage.Coverage, seconds: float) -> bool:
    if one.last is None or other.first is None:
        return False
    return abs(other.first - one.last) <= _HANDOVER * seconds


async def _names_at(server: prometheus.Prometheus, time: float) -> set[str]:
    samples = await server.query(
        'group by (__name__) ({__name__!=""})', dt.datetime.fromtimestamp(time, dt.UTC)
    )
    return {one.labels["__name__"] for one in samples}
