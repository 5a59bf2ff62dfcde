"""Things with names, before and after: what went, what came, what is another now."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Words", "compare"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(Generic[_T]):
    """How the differences between things of one sort are told.

    Attributes:
        removed, added: give a line for the name and the thing.
        changed: gives the lines for the name and the thing before and after; none when
            both are the same.
        reordered: the line where those on both sides stand in another order; empty
            where the order means nothing.
    """

    removed: Callable[[str, _T], str]
    added: Callable[[str, _T], str]
    changed: Callable[[str, _T, _T], Iterator[str]]
    reordered: str = ""


def compare(
    before: Mapping[str, _T], after: Mapping[str, _T], words: Words[_T]
) -> Iterator[str]:
    """Yields the differences: in the order before, then what came, then the order."""
    for name, thing in before.items():
        if name in after:
            yield from words.changed(name, thing, after[name])
        else:
            yield words.removed(name, thing)
    for name, thing in after.items():
        if name not in before:
            yield words.added(name, thing)
    stayed = [name for name in before if name in after]
    if words.reordered and stayed != [name for name in after if name in before]:
        yield words.reordered
