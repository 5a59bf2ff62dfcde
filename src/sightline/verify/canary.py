"""An alert of our own, sent to Alertmanager: is anybody told of it, and how soon?

What is seen of that differs. The receivers of the local stack show the very message. In
production Alertmanager's counters say that it sent one and that the far side took it;
that they are of the canary is likely, not certain, and the evidence says so.
"""

import asyncio
import datetime as dt
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

from sightline import errors
from sightline.clients import alertmanager, expositions
from sightline.verify import checks

__all__ = ["ALERT", "IDENTIFIER", "Canary", "Counters", "Witness", "release"]

ALERT: Final = "SightlineCanary"
IDENTIFIER: Final = "service"
"""The label that tells one canary from another.

Every channel shows it, and alerts are grouped by it: a canary never waits for the group
of the one before.
"""

_PAUSE_SECONDS: Final = 0.5
_LIVES: Final = dt.timedelta(minutes=10)
_SENT: Final = "alertmanager_notifications_total"
_FAILED: Final = "alertmanager_notifications_failed_total"
_INTEGRATION: Final = "integration"


class Witness(Protocol):
    """Who can tell which channels were told of a canary.

    Attributes:
        words: how it can tell, for the evidence.
    """

    words: str

    async def prepare(self) -> None:
        """Looks before the canary is sent."""

    async def find_told(self, identifier: str) -> frozenset[str]:
        """Gives the channels that were told since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """What is sent, and what is expected of it.

    Attributes:
        channels: that must be told.
        within_seconds: how long they have.
    """

    priority: str
    channels: frozenset[str]
    within_seconds: float


class Counters:
    """Alertmanager's own counts of what it sent and of what was not taken."""

    words = (
        "Alertmanager counted them as sent and taken; that they are the canary's cannot"
        " be seen from here"
    )

    def __init__(self, page: expositions.Exposition) -> None:
        self._page = page
        self._before: dict[str, float] = {}

    async def prepare(self) -> None:
        """Remembers the counts."""
        self._before = await self._count()

    async def find_told(self, identifier: str) -> frozenset[str]:
        """Gives the integrations of which more notifications were taken."""
        del identifier
        counted = await self._count()
        return frozenset(
            name for name, count in counted.items() if count > self._before.get(name, 0)
        )

    async def _count(self) -> dict[str, float]:
        sent = await self._page.fetch_sums(_SENT, _INTEGRATION)
        failed = await self._page.fetch_sums(_FAILED, _INTEGRATION)
        return {name: count - failed.get(name, 0) for name, count in sent.items()}


async def release(
    writer: alertmanager.AlertmanagerWriter,
    witness: Witness,
    canary: Canary,
    clock: Callable[[], float] = time.time,
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> checks.Evidence:
    """Sends a canary, waits until all are told or time is up, and ends it."""
    began = clock()
    alert = alertmanager.NewAlert(
        labels={
            "alertname": ALERT,
            "priority": canary.priority,
            "severity": "info",
            IDENTIFIER: f"sightline-canary-{canary.priority.lower()}-{began:.0f}",
        },
        annotations={
            "summary": "A test of the way to you: nothing is wrong.",
            "description": "Sent by `sightline verify --canary`; it ends by itself.",
        },
        starts_at=dt.datetime.fromtimestamp(began, dt.UTC),
        ends_at=dt.datetime.fromtimestamp(began, dt.UTC) + _LIVES,
    )
    try:
        await witness.prepare()
        await writer.post_alerts([alert])
        told: frozenset[str] = frozenset()
        while clock() - began < canary.within_seconds:
            told = await witness.find_told(alert.labels[IDENTIFIER])
            if told >= canary.channels:
                break
            await pause(_PAUSE_SECONDS)
        took = clock() - began
        ended = dt.datetime.fromtimestamp(clock(), dt.UTC)
        await writer.post_alerts([_end(alert, ended)])
    except errors.ServerUnavailable as error:
        return checks.failed(f"the canary was lost: {error}")
    return _judge(canary, told, took, witness.words)


def _end(alert: alertmanager.NewAlert, ended: dt.datetime) -> alertmanager.NewAlert:
    return alertmanager.NewAlert(
        labels=alert.labels,
        annotations=alert.annotations,
        starts_at=alert.starts_at,
        ends_at=ended,
    )


def _judge(
    canary: Canary, told: frozenset[str], took: float, words: str
) -> checks.Evidence:
    missing = sorted(canary.channels - told)
    if missing:
        return checks.failed(
            f"the canary of priority {canary.priority} did not reach"
            f" {', '.join(missing)} within {canary.within_seconds:.0f} s"
        )
    channels = ", ".join(sorted(canary.channels))
    return checks.passed(
        f"canary of priority {canary.priority} delivered to {channels}"
        f" in {took:.0f} s ({words})"
    )
