"""How objectives stand, as the console shows it."""

import datetime as dt
from collections.abc import Mapping

import httpx

from sightline.app.slo import formatting, reading, standings
from sightline.clients import prometheus
from sightline.model import environments, monitoring

__all__ = ["stand"]


async def stand(
    client: httpx.AsyncClient,
    url: str,
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    at: dt.datetime,
) -> list[Mapping[str, object]]:
    """Gives how every objective stands at a time, as `sightline slo` says it.

    Raises:
        ServerUnavailable: Prometheus at `url` does not answer.
    """
    server = prometheus.Prometheus(client, url)
    found = await reading.read(server, declared, environment, at, counts_cost=False)
    return [_describe(standing) for standing in found]


def _describe(standing: standings.Standing) -> Mapping[str, object]:
    objective, state = standing.objective, standing.state
    return {
        **formatting.describe(standing),
        "window_seconds": objective.period.seconds,
        "verdict_words": "" if standing.verdict is None else str(standing.verdict),
        "action": "" if state is None else state.action,
        "burn": {
            str(window): {"seconds": window.seconds, "burn": burn}
            for window, burn in standing.burn.items()
        },
    }
