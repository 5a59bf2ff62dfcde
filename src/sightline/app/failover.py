"""Which of several servers is asked: the first that answers."""

from collections.abc import Mapping, Sequence

import httpx

from sightline import errors
from sightline.app import live
from sightline.clients import servers
from sightline.stack import profiles

__all__ = ["prefer_answering"]


async def prefer_answering(
    client: httpx.AsyncClient, ports: Mapping[str, int]
) -> Mapping[str, int]:
    """Gives the ports with that of a server that answers in the place of the first.

    Where none of them answers, the first stays, and whoever asks it is told so.
    """
    chosen = dict(ports)
    for names in (profiles.PROMETHEUS, profiles.ALERTMANAGERS):
        there = [name for name in names if name in ports]
        if len(there) > 1:
            chosen[names[0]] = ports[await _find_answering(client, ports, there)]
    return chosen


async def _find_answering(
    client: httpx.AsyncClient, ports: Mapping[str, int], names: Sequence[str]
) -> str:
    for name in names:
        server = servers.Server(name, f"http://{live.HOST}:{ports[name]}", client)
        try:
            await server.get("/-/ready", "its readiness")
        except errors.ServerUnavailable:
            continue
        return name
    return names[0]
