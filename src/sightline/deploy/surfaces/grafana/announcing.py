"""Marks deployments on Grafana's dashboards."""

import datetime as dt
from collections.abc import Callable
from typing import Final

from sightline.clients import grafana

__all__ = ["TAGS", "GrafanaAnnouncer"]

TAGS: Final = ("sightline", "deployment")
"""By which a dashboard chooses to show the marks."""


class GrafanaAnnouncer:
    """Leaves an annotation for the whole organisation; a `protocols.Announcer`.

    Args:
        server: gets the mark.
        now: tells the time.
    """

    def __init__(
        self, server: grafana.GrafanaWriter, now: Callable[[], dt.datetime]
    ) -> None:
        self._server = server
        self._now = now

    async def announce(self, text: str) -> None:
        """Leaves the mark."""
        await self._server.annotate(text, TAGS, self._now())
