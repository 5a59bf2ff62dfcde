"""Estimated instant vectors: elements that stay, with a margin, when filtered out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

__all__ = ["Element", "Labels", "Vector", "keep", "key_of", "without"]

Labels = Mapping[str, str]


class Element(NamedTuple):
    """One series of a result.

    Attributes:
        amount: its number; NaN when nothing is known of it.
        margin: positive when the engine would give it; see `margins`.
    """

    labels: Labels
    amount: float
    margin: float


Vector = Sequence[Element]


def keep(labels: Labels, names: Iterable[str]) -> dict[str, str]:
    """Gives the labels with these names; an empty label is none."""
    return {name: labels[name] for name in names if labels.get(name)}


def without(labels: Labels, names: Iterable[str]) -> dict[str, str]:
    """Gives the other labels."""
    dropped = set(names)
    return {name: text for name, text in labels.items() if name not in dropped and text}


def key_of(labels: Labels) -> frozenset[tuple[str, str]]:
    """Gives what makes two label sets the same."""
    return frozenset(item for item in labels.items() if item[1])
