"""When users were last seen: one sorted set in Redis, one member per user."""

import time
from collections.abc import Callable
from typing import Final

from sightline.demo import resp

__all__ = ["ACTIVE_SECONDS", "DAY_SECONDS", "Seen", "note"]

ACTIVE_SECONDS: Final = 300
DAY_SECONDS: Final = 86_400
_KEY: Final = "users:last-seen"


def note(user: str, now: int) -> list[tuple[resp.Word, ...]]:
    """Gives the commands that note a user, whichever session was used."""
    return [
        ("ZADD", _KEY, now, user),
        ("ZREMRANGEBYSCORE", _KEY, 0, now - DAY_SECONDS),
    ]


class Seen:
    """Counts users by how long ago they were seen.

    Args:
        clock: Unix seconds.
    """

    def __init__(
        self, redis: resp.Redis, clock: Callable[[], float] = time.time
    ) -> None:
        self._redis = redis
        self._clock = clock

    async def count(self, seconds: int) -> int:
        """Gives how many distinct users were seen within so many seconds.

        Raises:
            Unavailable: Redis is away.
        """
        since = self._clock() - seconds
        found = await self._redis.command("ZCOUNT", _KEY, since, "+inf")
        return found if isinstance(found, int) else 0
