"""Answers kept at the edge for a while, and asked for once however many want them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from sightline.demo import calls

__all__ = ["EdgeCache"]

_LAST_GOOD_STATUS: Final = 299


class EdgeCache:
    """Keeps good answers for `seconds`; what expires is asked for anew.

    Args:
        clock: seconds that never go backwards.
        most: answers kept; the oldest make room.
    """

    def __init__(
        self,
        seconds: float,
        most: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._most = most
        self._clock = clock
        self._kept: dict[str, tuple[float, calls.Answer]] = {}
        self._asked: dict[str, asyncio.Task[calls.Answer]] = {}

    def find(self, key: str) -> calls.Answer | None:
        """Gives an answer that is still fresh."""
        until, answer = self._kept.get(key, (0.0, None))
        return answer if self._clock() < until else None

    async def fetch(
        self, key: str, ask: Callable[[], Awaitable[calls.Answer]]
    ) -> calls.Answer:
        """Asks for an answer, or waits with those who have asked for it already.

        Raises:
            Unavailable: as `ask` does.
        """
        task = self._asked.get(key)
        if task is None:
            task = asyncio.ensure_future(self._ask(key, ask))
            self._asked[key] = task
        # A client that leaves must not take the answer away from the others.
        return await asyncio.shield(task)

    async def _ask(
        self, key: str, ask: Callable[[], Awaitable[calls.Answer]]
    ) -> calls.Answer:
        try:
            answer = await ask()
        finally:
            del self._asked[key]
        if answer.status <= _LAST_GOOD_STATUS:
            self._keep(key, answer)
        return answer

    def _keep(self, key: str, answer: calls.Answer) -> None:
        self._kept.pop(key, None)  # what is renewed is the youngest again
        self._kept[key] = (self._clock() + self._seconds, answer)
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
