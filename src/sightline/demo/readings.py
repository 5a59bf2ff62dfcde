"""Gauges that are read elsewhere now and then, and absent when that failed.

A number that could not be read is neither 0 nor what it was before.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import prometheus_client
from prometheus_client import core, registry

from sightline.demo import problems

__all__ = ["Reading", "keep_fresh"]

_REFRESH_SECONDS: Final = 10.0

Values = Mapping[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Reading:
    """A gauge and where it is read.

    Attributes:
        read: gives the numbers by their label values; raises `Problem` if it cannot.
    """

    name: str
    documentation: str
    read: Callable[[], Awaitable[Values]]
    labels: tuple[str, ...] = ()


class _Gauge(registry.Collector):
    """What a reading gave last."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._values: Values = {}

    def collect(self) -> Iterator[core.Metric]:
        family = core.GaugeMetricFamily(
            self._reading.name, self._reading.documentation, labels=self._reading.labels
        )
        for labels, value in self._values.items():
            family.add_metric(labels, value)
        yield family

    async def refresh(self) -> None:
        try:
            self._values = await self._reading.read()
        except problems.Problem:
            self._values = {}


def keep_fresh(
    readings: tuple[Reading, ...], target: prometheus_client.CollectorRegistry
) -> Callable[[], Awaitable[None]]:
    """Registers the readings, and gives the task that refreshes them for ever."""
    gauges = [_Gauge(reading) for reading in readings]
    for gauge in gauges:
        target.register(gauge)

    async def refresh() -> None:
        while True:
            # All at once: one source that hangs must not make the others old.
            await asyncio.gather(*(gauge.refresh() for gauge in gauges))
            await asyncio.sleep(_REFRESH_SECONDS)

    return refresh
