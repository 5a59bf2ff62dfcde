"""The queues of background work, as lists in Redis."""

import json
import time
from collections.abc import Mapping
from typing import Final

from sightline.demo import resp

__all__ = [
    "EMAILS",
    "FILE_SCANS",
    "NAMES",
    "SEARCH_INDEX",
    "encode_job",
    "enqueue",
    "key_of",
    "read_age",
]

EMAILS: Final = "emails"
FILE_SCANS: Final = "file-scans"
SEARCH_INDEX: Final = "search-index"
NAMES: Final = (EMAILS, FILE_SCANS, SEARCH_INDEX)


def key_of(queue: str) -> str:
    """Gives the key of a queue's list."""
    return f"queue:{queue}"


def encode_job(job: Mapping[str, object], now: float) -> bytes:
    """Gives a job as it is stored: what to do, and since when it waits."""
    return json.dumps({"queued_at": now, **job}).encode()


def read_age(raw: bytes, now: float) -> float:
    """Gives for how many seconds a stored job has been waiting."""
    queued_at: float = json.loads(raw)["queued_at"]
    return max(0.0, now - queued_at)


async def enqueue(redis: resp.Redis, queue: str, job: Mapping[str, object]) -> None:
    """Appends a job for the workers.

    Raises:
        Unavailable: Redis is away.
    """
    await redis.command("RPUSH", key_of(queue), encode_job(job, time.time()))
