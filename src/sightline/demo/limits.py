"""Bounds on what clients may do."""

import time
from collections import deque
from collections.abc import Callable

__all__ = ["SlidingWindow"]


class SlidingWindow:
    """Admits at most so many events of each client within any span of time.

    Refused events do not count: who waits is let in again.

    Args:
        limit: events admitted within `seconds`.
        clock: seconds that never go backwards.
        most_clients: beyond this, those that are idle are forgotten.
    """

    def __init__(
        self,
        limit: int,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        most_clients: int = 4096,
    ) -> None:
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._most_clients = most_clients
        self._events: dict[str, deque[float]] = {}

    def admit(self, client: str) -> bool:
        """Tells whether the client may go on, and remembers that it did."""
        oldest = self._clock() - self._seconds
        if client not in self._events and len(self._events) >= self._most_clients:
            self._forget_idle(oldest)
        events = self._events.setdefault(client, deque(maxlen=self._limit))
        while events and events[0] <= oldest:
            events.popleft()
        if len(events) >= self._limit:
            return False
        events.append(oldest + self._seconds)
        return True

    def _forget_idle(self, oldest: float) -> None:
        self._events = {
            client: events
            for client, events in self._events.items()
            if events and events[-1] > oldest
        }
