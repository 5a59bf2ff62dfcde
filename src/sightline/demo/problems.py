"""What goes wrong in a request, as exceptions that carry their HTTP status."""

from http import HTTPStatus

__all__ = ["Problem", "Unavailable"]


class Problem(Exception):
    """A request that is answered with a status other than success."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Unavailable(Problem):
    """Something that the service depends on does not answer; the service itself can.

    Attributes:
        dependency: the database, Redis or another service, by name.
        timed_out: it was reached, and too slow.
    """

    def __init__(
        self,
        dependency: str,
        reason: str = "is not reachable",
        *,
        timed_out: bool = False,
    ) -> None:
        reason = "did not answer in time" if timed_out else reason
        super().__init__(HTTPStatus.SERVICE_UNAVAILABLE, f"{dependency} {reason}")
        self.dependency = dependency
        self.timed_out = timed_out
