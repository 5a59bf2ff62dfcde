"""One answer for many askers: who asks the same while it is fresh shares it."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

__all__ = ["Shared"]

_MOST_KEPT: Final = 500

_T = TypeVar("_T")


@dataclass(slots=True)
class _Kept(Generic[_T]):
    task: asyncio.Task[_T]
    ends: float


class Shared(Generic[_T]):
    """Answers by key, each made once and kept for a while.

    Fifty viewers of one dashboard ask fifty times the same within one refresh; the
    server behind is asked once. A failure is told to those who waited for it, and is
    not kept.

    Args:
        clock: gives seconds that never go back.
        most: how many answers are kept; the oldest go first.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, most: int = _MOST_KEPT
    ) -> None:
        self._clock = clock
        self._most = most
        self._kept: OrderedDict[str, _Kept[_T]] = OrderedDict()

    async def get(
        self,
        key: str,
        fresh_seconds: float,
        make: Callable[[], Awaitable[_T]],
        *,
        anew: bool = False,
    ) -> _T:
        """Gives the answer of `key`, made anew when there is none that is fresh.

        Args:
            key: what is asked.
            fresh_seconds: for how long the answer may be given again.
            make: asks; its errors are raised here.
            anew: an answer that is fresh does not do; one on its way does.
        """
        kept = self._kept.get(key)
        if kept is None or (kept.task.done() and (anew or kept.ends <= self._clock())):
            kept = self._start(key, make)
            kept.task.add_done_callback(lambda _: self._settle(key, fresh_seconds))
        # An asker who leaves must not take the answer away from the others.
        return await asyncio.shield(kept.task)

    def _start(self, key: str, make: Callable[[], Awaitable[_T]]) -> _Kept[_T]:
        async def run() -> _T:
            return await make()

        kept = _Kept(task=asyncio.create_task(run()), ends=0.0)
        self._drop_stale()
        self._kept[key] = kept
        self._kept.move_to_end(key)
        return kept

    def _drop_stale(self) -> None:
        """Lets go of the oldest answers: those that ended, and those too many."""
        now = self._clock()
        while self._kept:
            oldest = next(iter(self._kept.values()))
            is_over = oldest.task.done() and oldest.ends <= now
            if not is_over and len(self._kept) < self._most:
                return
            self._kept.popitem(last=False)

    def _settle(self, key: str, fresh_seconds: float) -> None:
        kept = self._kept.get(key)
        if kept is None or not kept.task.done():
            return
        if kept.task.cancelled() or kept.task.exception() is not None:
            del self._kept[key]
        else:
            kept.ends = self._clock() + fresh_seconds
