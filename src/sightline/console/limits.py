"""How often somebody may ask."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

__all__ = ["Limit"]

_MOST_KNOWN: Final = 10_000


@dataclass(slots=True)
class _Bucket:
    left: float
    seen: float


class Limit:
    """A token bucket for each asker.

    Args:
        burst: how many questions at once.
        per_second: how many more are allowed in every second.
        clock: gives seconds that never go back.
    """

    def __init__(
        self,
        burst: float,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def allows(self, asker: str) -> bool:
        """Counts one question, and says whether it may be asked."""
        now = self._clock()
        bucket = self._buckets.setdefault(asker, _Bucket(self._burst, now))
        self._buckets.move_to_end(asker)
        if len(self._buckets) > _MOST_KNOWN:
            self._buckets.popitem(last=False)
        earned = (now - bucket.seen) * self._per_second
        bucket.left = min(self._burst, bucket.left + earned)
        bucket.seen = now
        if bucket.left < 1:
            return False
        bucket.left -= 1
        return True
