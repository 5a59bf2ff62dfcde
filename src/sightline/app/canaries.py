"""Who sees a canary arrive: the receivers of the local stack, or the counters."""

import asyncio
from pathlib import Path

import httpx

from sightline import errors
from sightline.clients import expositions
from sightline.model import environments, notifications, routing, signals
from sightline.stack import layout
from sightline.stack.receivers import inbox
from sightline.verify import canary, expectations

__all__ = ["Inbox", "choose_witness", "expect"]


class Inbox:
    """The inbox of the local stack, in which the message itself lies."""

    words = "seen at the receivers"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def prepare(self) -> None:
        """Does nothing: the message says which canary it is."""

    async def find_told(self, identifier: str) -> frozenset[str]:
        """Gives the channels whose inbox has the canary."""
        return await asyncio.to_thread(self._find, identifier)

    def _find(self, identifier: str) -> frozenset[str]:
        return frozenset(
            channel.value
            for channel in routing.Channel
            for one in inbox.read(self._folder, channel)
            if one.state is notifications.NotificationState.FIRING
            and one.labels.get("alertname") == canary.ALERT
            and one.labels.get(canary.IDENTIFIER) == identifier
        )


def choose_witness(
    environment: environments.Environment,
    root: Path,
    client: httpx.AsyncClient,
    *,
    is_local: bool,
) -> canary.Witness:
    """Gives who can tell most about deliveries of an environment."""
    if is_local:
        return Inbox(layout.Layout.of_project(root).inbox)
    page = expositions.Exposition(client, environment.alertmanager_url, "Alertmanager")
    return canary.Counters(page)


def expect(
    expected: expectations.Expectations,
    priority: signals.Priority,
    within_seconds: float,
) -> canary.Canary:
    """Gives the canary of a priority.

    Raises:
        InputError: nobody is told of that priority.
    """
    channels = expected.channels.get(priority.value, frozenset())
    if not channels:
        raise errors.InputError(
            f"expected a priority whose alerts are sent to somebody, found"
            f" {priority.value}; choose another one for --canary"
        )
    return canary.Canary(
        priority=priority.value, channels=channels, within_seconds=within_seconds
    )
