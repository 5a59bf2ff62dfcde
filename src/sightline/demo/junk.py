"""Fills Redis with junk while that fault is in force, and takes it away after."""

import asyncio
import contextlib
from typing import Final

from sightline.demo import degradations, problems, resp

__all__ = ["KEY_PREFIX", "Filler", "count_missing"]

KEY_PREFIX: Final = "junk:"
_CHUNK_BYTES: Final = 256 * 1024
"""What a junk key costs, its name and the allocator's rounding included."""
_CONTENT_BYTES: Final = 250_000
_CHUNKS_AT_ONCE: Final = 16
"""Then the memory is looked at again: beyond the maximum, Redis refuses to write."""
_LOOK_SECONDS: Final = 1.0
_EXPIRY_SECONDS: Final = 60
"""The junk goes away by itself when nobody renews it: the worker may be gone too."""


def count_missing(used_bytes: int, maximum_bytes: int, ratio: float) -> int:
    """Gives how many chunks are still to be written to reach `ratio` of the maximum."""
    missing_bytes = int(maximum_bytes * ratio) - used_bytes
    return max(0, -(-missing_bytes // _CHUNK_BYTES))


class Filler:
    """Keeps the memory of Redis as full as the fault says."""

    def __init__(self, redis: resp.Redis, watch: degradations.Watch) -> None:
        self._redis = redis
        self._watch = watch
        self._written = 0

    async def keep_filled(self) -> None:
        """Fills, renews and clears until it is cancelled."""
        while True:
            with contextlib.suppress(problems.Unavailable):
                if fill := self._watch.find(degradations.Kind.FILL):
                    await self._renew()
                    await self._fill(fill["ratio"])
                elif self._written:
                    await self._clear()
            await asyncio.sleep(_LOOK_SECONDS)

    async def _fill(self, ratio: float) -> None:
        while missing := count_missing(*await self._observe_memory(), ratio):
            for _ in range(min(missing, _CHUNKS_AT_ONCE)):
                key = f"{KEY_PREFIX}{self._written}"
                junk = bytes(_CONTENT_BYTES)
                await self._redis.command("SET", key, junk, "EX", _EXPIRY_SECONDS)
                self._written += 1

    async def _renew(self) -> None:
        if self._written:
            await self._redis.commands(
                [("EXPIRE", key, _EXPIRY_SECONDS) for key in self._keys()]
            )

    async def _clear(self) -> None:
        await self._redis.command("UNLINK", *self._keys())
        self._written = 0

    def _keys(self) -> list[str]:
        return [f"{KEY_PREFIX}{number}" for number in range(self._written)]

    async def _observe_memory(self) -> tuple[int, int]:
        described = await self._redis.command("INFO", "memory")
        text = described.decode() if isinstance(described, bytes) else ""
        fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
        return int(fields.get("used_memory", 0)), int(fields.get("maxmemory", 0))
