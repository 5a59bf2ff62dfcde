"""What PostgreSQL's error codes mean for somebody who only wanted to read."""

from collections.abc import Mapping
from typing import Final

from sightline.errors import FailureReason

__all__ = ["reason_of"]

_REASONS: Final[Mapping[str, FailureReason]] = {
    "08": FailureReason.UNREACHABLE,
    "22": FailureReason.QUERY,
    "25": FailureReason.QUERY,
    "28": FailureReason.REFUSED,
    "3D": FailureReason.REFUSED,
    "42": FailureReason.QUERY,
    "42501": FailureReason.REFUSED,
    "53": FailureReason.EXHAUSTED,
    "57014": FailureReason.TIMEOUT,
    "57P": FailureReason.UNREACHABLE,
    "57P03": FailureReason.STARTING,
}
"""By code or the beginning of one:
https://www.postgresql.org/docs/current/errcodes-appendix.html"""


def reason_of(code: str) -> FailureReason:
    """Gives the reason behind an SQLSTATE; the server's own fault where none is known.

    The longest beginning that is known decides.
    """
    for length in range(len(code), 1, -1):
        reason = _REASONS.get(code[:length])
        if reason is not None:
            return reason
    return FailureReason.FAULT
