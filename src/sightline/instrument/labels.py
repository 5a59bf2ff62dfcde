"""Labels that come from outside, kept to a number of values."""

from typing import Final

__all__ = ["OTHER", "BoundedLabel"]

OTHER: Final = "other"
"""What a value becomes that is one too many."""

_MOST_VALUES: Final = 100


class BoundedLabel:
    """Lets the first values of a label pass, and calls the others `other`.

    Args:
        known: values that pass in any case.
        most: how many values there can be, `known` ones and `other` not counted.
    """

    __slots__ = ("_known", "_room")

    def __init__(self, known: tuple[str, ...] = (), most: int = _MOST_VALUES) -> None:
        self._known = {OTHER, *known}
        self._room = most

    def bound(self, text: str) -> str:
        """Gives the text, or `other` where there is no room for it."""
        if text in self._known:
            return text
        if not self._room:
            return OTHER
        self._room -= 1
        self._known.add(text)
        return text
