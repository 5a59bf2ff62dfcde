"""What a few strangers do to the platform now and then: pure, and seeded.

Each stays below every alert, so that the counters tell of something and nobody is
paged: ten guesses lock an address, and two addresses an hour are no attack.
"""

import json
import random
from typing import Final

from sightline.demo import calls, places

__all__ = ["SECONDS_BETWEEN", "draw"]

SECONDS_BETWEEN: Final = 600.0
"""On average, from one to the next."""

_GUESSES: Final = 12
_CRAWLED: Final = 80
_SCANNED: Final = (
    "/.env",
    "/.git/config",
    "/wp-login.php",
    "/api/search?category=%27%20or%201=1",
    "/api/search?category=x%27%20union%20select%20password%20from%20users",
    "/api/jobs/1?next=..%2f..%2fetc%2fpasswd",
)


def draw(chance: random.Random, number: int) -> list[calls.Call]:
    """Gives the requests of one stranger, to be made one after the other.

    Args:
        chance: the only source of randomness.
        number: of the stranger; scans, guesses and crawls take turns, so that a
            platform that has just started soon has counted one of each.
    """
    address = places.stranger(chance.randrange(1 << 16))
    kinds = (_scan, _guess, _crawl)
    return kinds[number % len(kinds)](chance, address)


def _guess(chance: random.Random, address: str) -> list[calls.Call]:
    email = f"user{chance.randint(1, 2000)}@example.com"
    return [
        calls.Call(
            program="api-gateway",
            method="POST",
            path="/api/login",
            body=json.dumps({"email": email, "password": f"guess-{n}"}).encode(),
            client=address,
        )
        for n in range(_GUESSES)
    ]


def _scan(chance: random.Random, address: str) -> list[calls.Call]:
    return [_get(path, address) for path in chance.sample(_SCANNED, k=len(_SCANNED))]


def _crawl(chance: random.Random, address: str) -> list[calls.Call]:
    first = chance.randint(1, 4000)
    return [_get(f"/api/jobs/{first + n}", address) for n in range(_CRAWLED)]


def _get(path: str, address: str) -> calls.Call:
    return calls.Call(program="api-gateway", method="GET", path=path, client=address)
