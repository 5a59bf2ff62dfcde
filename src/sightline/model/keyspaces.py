"""What was seen of the keys of a Redis without looking at all of them."""

from dataclasses import dataclass

__all__ = ["Sample"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Some keys of one server, in no particular order.

    Attributes:
        keys: those that were looked at, each once.
        total: how many keys the server holds.
        is_complete: they are all there are.
    """

    keys: frozenset[bytes]
    total: int
    is_complete: bool
