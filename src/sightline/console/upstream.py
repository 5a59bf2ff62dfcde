"""The servers behind the console, and the answers of theirs that are shared."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import httpx

from sightline.clients import alertmanager, prometheus, relays, servers
from sightline.console import coalescing, metrics, settings

__all__ = ["Upstream"]

_PATIENCE_SECONDS: Final = 60.0
"""For questions over months, of which somebody sees the progress."""


class Upstream:
    """Prometheus and Alertmanager: as they are (relays), and read (clients).

    Args:
        surroundings: where they are.
        counters: counts what they do not answer.
        transport: a fake of both, for tests.
    """

    def __init__(
        self,
        surroundings: settings.Settings,
        counters: metrics.Metrics,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.counters = counters
        self.prometheus_relay = relays.Relay(
            "Prometheus", surroundings.prometheus, transport
        )
        self.alertmanager_relay = relays.Relay(
            "Alertmanager", surroundings.alertmanager, transport
        )
        self.client = (
            servers.open_client()
            if transport is None
            else httpx.AsyncClient(transport=transport)
        )
        self.prometheus = prometheus.Prometheus(self.client, surroundings.prometheus)
        self._patient = (
            servers.open_client(_PATIENCE_SECONDS) if transport is None else self.client
        )
        self.history = prometheus.Prometheus(self._patient, surroundings.prometheus)
        self.alertmanager = alertmanager.Alertmanager(
            self.client, surroundings.alertmanager
        )
        self.shared: coalescing.Shared[bytes] = coalescing.Shared()
        self.answers: coalescing.Shared[relays.Answer] = coalescing.Shared()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Closes every connection at the end."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.prometheus_relay)
            await stack.enter_async_context(self.alertmanager_relay)
            await stack.enter_async_context(self.client)
            if self._patient is not self.client:
                await stack.enter_async_context(self._patient)
            yield
