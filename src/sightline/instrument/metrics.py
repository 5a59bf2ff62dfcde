"""The HTTP metrics of a service: their first values, and who counts them.

Their names and buckets are in `sightline.model.http_metrics`.
"""

from collections.abc import Sequence
from typing import Final, Protocol

__all__ = [
    "CLIENT_CLOSED_REQUEST",
    "INITIAL_STATUSES",
    "Endpoint",
    "HttpMetrics",
    "check_buckets",
    "known_status",
]

CLIENT_CLOSED_REQUEST: Final = 499
"""The client left before the last byte. nginx made the number customary:
https://nginx.org/en/docs/dev/development_guide.html#http_request_finalization"""

INITIAL_STATUSES: Final = (200, 404, 429, CLIENT_CLOSED_REQUEST, 500, 502, 503, 504)
"""The statuses that every declared route shows as 0 from the start.

`increase` cannot see the first event of a series that did not exist before it, so
all that a failing service says on its own is there: one success, what objectives
count against us (429, 499), and the four server errors that applications and
gateways give. Other statuses appear when they first happen."""

_LOWEST_STATUS: Final = 100
_HIGHEST_STATUS: Final = 599
_SERVER_ERROR: Final = 500


class Endpoint(Protocol):
    """The series of one method of one route, bound in advance."""

    def begin(self) -> None:
        """Counts a request as in progress."""

    def finish(self, status: int, seconds: float, trace_id: str | None = None) -> None:
        """Counts a request that was in progress as done.

        Args:
            status: as it was sent; see `known_status`.
            seconds: from its start to its last byte.
            trace_id: of the kept trace that shows it: an exemplar of its bucket.
        """


class HttpMetrics(Protocol):
    """Where requests are counted; `counting.open_metrics` gives the right kind."""

    def endpoint(self, method: str, route: str, operation: str) -> Endpoint:
        """Gives the endpoint with these labels: the same one every time."""

    def initialise(
        self, method: str, route: str, operation: str, statuses: Sequence[int]
    ) -> None:
        """Makes the series of these labels exist, at 0."""


def check_buckets(buckets: Sequence[float]) -> tuple[float, ...]:
    """Gives the finite upper bounds as they are counted: rising, none twice.

    Raises:
        ValueError: when they do not rise, or there are none.
    """
    bounds = tuple(float(bound) for bound in buckets if bound != float("inf"))
    if not bounds or list(bounds) != sorted(set(bounds)):
        raise ValueError(f"expected rising bucket bounds, found {list(buckets)!r}")
    return bounds


def known_status(status: int) -> int:
    """Gives a status of RFC 9110; what is none counts as a server error.

    See https://www.rfc-editor.org/rfc/rfc9110#section-15: a client treats an invalid
    status code as a 5xx.
    """
    if _LOWEST_STATUS <= status <= _HIGHEST_STATUS:
        return int(status)  # http.HTTPStatus is an int that is written otherwise
    return _SERVER_ERROR
