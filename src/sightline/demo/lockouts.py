"""Addresses that guess passwords, shared by the instances through Redis.

A sliding window of each address's failures decides; the locked ones are one sorted
set, by the Unix time of the lock.
"""

import secrets
import time
from collections.abc import Callable
from typing import Final

from sightline.demo import resp

__all__ = ["Lockouts"]

_FAILURES_ALLOWED: Final = 10
_WINDOW_SECONDS: Final = 300
_LOCK_SECONDS: Final = 900
_LOCKED: Final = "logins:locked"


class Lockouts:
    """Locks an address after ten failures in five minutes, for a quarter of an hour.

    Args:
        clock: Unix seconds.
    """

    def __init__(
        self, redis: resp.Redis, clock: Callable[[], float] = time.time
    ) -> None:
        self._redis = redis
        self._clock = clock

    async def is_locked(self, address: str) -> bool:
        """Tells whether the address may not log in now.

        Raises:
            Unavailable: Redis is away; so are the sessions.
        """
        locked = await self._redis.command("ZSCORE", _LOCKED, address)
        return isinstance(locked, bytes) and (
            float(locked) > self._clock() - _LOCK_SECONDS
        )

    async def note_failure(self, address: str) -> bool:
        """Counts a wrong password; tells whether it was one too many, which locks.

        Raises:
            Unavailable: as `is_locked`.
        """
        now = self._clock()
        key = f"logins:failed:{address}"
        _, _, _, failures = await self._redis.commands(
            [
                ("ZREMRANGEBYSCORE", key, 0, now - _WINDOW_SECONDS),
                ("ZADD", key, now, secrets.token_hex(8)),
                ("EXPIRE", key, _WINDOW_SECONDS),
                ("ZCARD", key),
            ]
        )
        if not isinstance(failures, int) or failures < _FAILURES_ALLOWED:
            return False
        await self._redis.commands(
            [
                ("ZREMRANGEBYSCORE", _LOCKED, 0, now - _LOCK_SECONDS),
                ("ZADD", _LOCKED, now, address),
            ]
        )
        return True
