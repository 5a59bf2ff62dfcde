"""Time as the collectors see it: a parameter, so that tests have their own."""

import asyncio
import time
from typing import Protocol

__all__ = ["Clock", "SystemClock"]


class Clock(Protocol):
    """Tells the time, and lets it pass."""

    def wall(self) -> float:
        """Gives Unix seconds; may jump."""

    def monotonic(self) -> float:
        """Gives seconds that never jump, for ages and durations."""

    async def sleep(self, seconds: float) -> None:
        """Waits."""


class SystemClock:
    """The clock of this machine."""

    def wall(self) -> float:
        """Gives Unix seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Gives seconds since some moment of the past."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Waits on the event loop."""
        await asyncio.sleep(seconds)
