"""When every target has been scraped twice, which is what a rate begins with.

Prometheus hands over the targets that it discovered five seconds after its own start,
and spreads their scrapes over the interval. What a rule or a panel computes of them
before the second scrape is nothing, or old: no fault, and no answer either.
"""

import datetime as dt
from typing import Final

from sightline.clients import prometheus
from sightline.model import units

__all__ = ["observe_completion"]

_DISCOVERY: Final = dt.timedelta(seconds=5)
"""How long Prometheus gathers what it discovers before it hands that over:
https://github.com/prometheus/prometheus/blob/main/discovery/manager.go"""

_SCRAPE: Final = dt.timedelta(seconds=1)
"""A scrape's samples carry the time of its begin, and can be read after its end."""

_LONGEST_YOUTH: Final = dt.timedelta(minutes=5)
"""An older server is not asked: rules that are evaluated more rarely are rare."""


async def observe_completion(
    server: prometheus.Prometheus,
    runtime: prometheus.Runtime,
    scrape_interval: units.Duration,
) -> dt.datetime:
    """Gives when every target has been scraped twice since the server's start.

    It may lie in the future. A target that is not scraped at all is waited for only as
    long as the server may take; that it is missing, others say.

    Args:
        server: asked about itself.
        runtime: when it was started, and its time; who does not tell is not young.
        scrape_interval: between two scrapes of a target.

    Raises:
        ServerUnavailable: no answer.
    """
    began, now = runtime.start_time, runtime.server_time
    if now is None or now - began > _LONGEST_YOUTH:
        return began
    interval = dt.timedelta(seconds=scrape_interval.seconds)
    targets = await server.fetch_targets()
    firsts = await server.query(_first_scrapes(began, now))
    if len(firsts) >= len(targets) > 0:
        last = max(first.number for first in firsts)
        return dt.datetime.fromtimestamp(last, dt.UTC) + interval + _SCRAPE
    latest = began + _DISCOVERY + 2 * interval + _SCRAPE
    return latest if latest > now else began


def _first_scrapes(began: dt.datetime, now: dt.datetime) -> str:
    """Gives the query for the time of each target's first scrape since the start.

    After a short pause the newest sample of `up` is one from before it.
    """
    age = max(1, round((now - began).total_seconds()))
    return f"min_over_time((timestamp(up) > {began.timestamp():.3f})[{age}s:1s])"
