"""What was seen of the keys of a Redis without looking at all of them."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Entry", "Sample"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a Redis stream; its id is above those of all before it."""

    id: bytes
    fields: Mapping[bytes, bytes]
