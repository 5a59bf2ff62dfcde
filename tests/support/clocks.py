"""A clock that passes only when a test says so."""

import asyncio

__all__ = ["ManualClock"]


class ManualClock:
    """Sleepers wake in order when the test advances the time."""

    def __init__(self, wall: float = 0.0) -> None:
        self._now = 0.0
        self._first_wall = wall
        self._sleepers: list[tuple[float, asyncio.Event]] = []

    def wall(self) -> float:
        return self._first_wall + self._now

    def monotonic(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self._sleepers.append((self._now + seconds, woken))
        await woken.wait()

    async def advance(self, seconds: float) -> None:
        """Lets time pass, and everything happen that it brings."""
        end = round(self._now + seconds, 6)
        while due := sorted(
            (sleeper for sleeper in self._sleepers if sleeper[0] <= end + 1e-9),
            key=lambda sleeper: sleeper[0],
        ):
            self._now = due[0][0]
            self._sleepers.remove(due[0])
            due[0][1].set()
            await self.settle()
        self._now = end
        await self.settle()

    async def settle(self) -> None:
        """Lets every task go on until it waits."""
        for _ in range(20):
            await asyncio.sleep(0)
