"""When a call that failed is made again.

A call that changes nothing the second time may always be made again. Any other only
where it is certain that the server did nothing: it was never reached, or it turned the
call away because there were too many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import httpx

from sightline.clients import servers

__all__ = ["BRIEF", "NONE", "ONCE", "Patience", "is_passing", "is_untouched"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often a call is made again, and after how long.

    Attributes:
        delays_seconds: before the second attempt, the third, and so on.
        longest_seconds: a server that asks to be left alone for longer gets its wish.
    """

    delays_seconds: Sequence[float]
    longest_seconds: float = 30.0

    def wait_for(self, response: httpx.Response, delay: float) -> float | None:
        """Gives how long to wait where the server may have said it; `None` gives up."""
        wait = max(delay, servers.read_retry_after(response))
        return wait if wait <= self.longest_seconds else None


NONE: Final = Patience(delays_seconds=())
"""For those who make a call again by themselves."""

ONCE: Final = Patience(delays_seconds=(0.2,))
"""For those who look again by themselves, yet only at the whole: one lost connection
among hundreds of calls is no finding."""

BRIEF: Final = Patience(delays_seconds=(0.5, 1.0, 2.0, 4.0))
"""As long as a restart behind a load balancer takes."""


def is_untouched(error: BaseException | None) -> bool:
    """Whether the request certainly never reached the server."""
    return isinstance(
        error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout
    )


def is_passing(status: int, *, is_idempotent: bool) -> bool:
    """Whether a refusal may be over by the next attempt, and asking again is safe."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return True
    return is_idempotent and status >= HTTPStatus.INTERNAL_SERVER_ERROR
