"""When which version of which service was deployed, from the versions they report.

Programs that report their version do so on an info metric: `…_info`, always 1, with the
label `version`. A version that was not there before is a deploy.

https://www.robustperception.io/exposing-the-software-version-to-prometheus/
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sightline.clients import prometheus
from sightline.review.backtest import fetching, replaying, timelines

__all__ = ["Deploy", "before", "find"]

_VERSIONS: Final = (
    'group by (service, version) ({__name__=~".+_info",version!="",service!=""})'
)
_STEP_SECONDS: Final = 1_800.0
_NEAR_SECONDS: Final = 2 * 86_400.0
"""A level is known to the day; what was deployed two days before did not begin it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploy:
    """A version of a service when it was seen first, in Unix seconds."""

    service: str
    version: str
    at: float


async def find(
    server: prometheus.Prometheus, period: replaying.Period
) -> tuple[Deploy, ...] | None:
    """Gives the deploys of a period, to half an hour; `None` without any version.

    What was there when history or the period began was not deployed then.

    Raises:
        ServerUnavailable: the server did not answer.
    """
    grid = timelines.Grid.between(period.start, period.end, _STEP_SECONDS)
    found = await fetching.fetch(server, _VERSIONS, grid)
    if not found:
        return None
    firsts = _firsts(found)
    earliest = {
        service: min(at for (own, _), at in firsts.items() if own == service)
        for service, _ in firsts
    }
    deploys = (
        Deploy(service=service, version=version, at=grid.time_of(at))
        for (service, version), at in firsts.items()
        if at > earliest[service]
    )
    return tuple(sorted(deploys, key=lambda one: one.at))


def _firsts(
    found: Sequence[timelines.Timeline],
) -> dict[tuple[str, str], int]:
    return {
        (one.labels["service"], one.labels["version"]): int(
            np.flatnonzero(np.isfinite(one.numbers))[0]
        )
        for one in found
    }


def before(deploys: Sequence[Deploy], service: str, at: float) -> Deploy | None:
    """Gives the last deploy of a service in the two days before a day's end.

    Args:
        deploys: the earliest first.
        service: whose; another service's deploy is no reason.
        at: when the first day of a new level ended, in Unix seconds.
    """
    near = [
        one
        for one in deploys
        if one.service == service and 0 <= at - one.at <= _NEAR_SECONDS
    ]
    return near[-1] if near else None
