"""When users were last seen: one sorted set in Redis, one member per user."""

from typing import Final

from sightline.demo import resp

__all__ = ["DAY_SECONDS", "note"]

DAY_SECONDS: Final = 86_400
_KEY: Final = "users:last-seen"


def note(user: str, now: int) -> list[tuple[resp.Word, ...]]:
    """Gives the commands that note a user, whichever session was used."""
    return [
        ("ZADD", _KEY, now, user),
        ("ZREMRANGEBYSCORE", _KEY, 0, now - DAY_SECONDS),
    ]
