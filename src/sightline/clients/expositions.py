"""What a process says of itself at its `/metrics`, read without Prometheus."""

from collections.abc import Iterable

import httpx
import prometheus_client.parser

from sightline.clients import servers

__all__ = ["Exposition"]


class Exposition:
    """Reads one process's metrics in the text format.

    Args:
        name: what the process is called in messages.
        url: its address, without the path.
    """

    def __init__(self, client: httpx.AsyncClient, url: str, name: str) -> None:
        self._server = servers.Server(name, url, client)

    async def fetch_numbers(self, metric: str) -> tuple[float, ...]:
        """Gives the present number of every series of `metric`; empty without one.

        Raises:
            ServerUnavailable: no answer, or one in another format.
        """
        asked = "its metrics"
        body = await self._server.get("/metrics", asked)
        try:
            return tuple(_numbers(body.decode(), metric))
        except ValueError as error:
            raise self._server.unavailable(
                asked, f"not an exposition: {error}"
            ) from error


def _numbers(text: str, metric: str) -> Iterable[float]:
    for family in prometheus_client.parser.text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == metric:
                yield sample.value
