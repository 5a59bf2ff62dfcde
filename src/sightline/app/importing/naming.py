"""Names of other systems in the forms that a spec wants, each given once."""

import re
from typing import Final

from sightline.model import names

__all__ = ["WORD", "Taken", "alert_name", "signal_name", "slug", "title"]

WORD: Final = re.compile(r"[\w-]{1,63}", re.ASCII)
"""What a spec takes as the name of a team or a variable."""

_OTHERS: Final = re.compile(r"[^A-Za-z0-9]+")


class Taken:
    """Names that are in use; a second one of the same kind gets a number."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def take(self, name: str, separator: str = "") -> str:
        """Gives the name, or the first numbered one that is free."""
        free, number = name, 1
        while free in self._names:
            number += 1
            free = f"{name}{separator}{number}"
        self._names.add(free)
        return free


def alert_name(text: str) -> str:
    """Gives a name in CamelCase; one that has that form stays as it is."""
    if names.ALERT_NAME.fullmatch(text):
        return text
    words = [word for word in _OTHERS.split(text) if word]
    joined = "".join(word[0].upper() + word[1:] for word in words)
    return joined if names.ALERT_NAME.fullmatch(joined) else f"Alert{joined}"


def slug(text: str, otherwise: str = "imported") -> str:
    """Gives lower-case words joined by hyphens."""
    joined = _OTHERS.sub("-", names.kebab_case(text)).strip("-")
    if joined and not joined[0].isalpha():
        joined = f"{otherwise}-{joined}"
    return joined or otherwise


def signal_name(text: str) -> str:
    """Gives lower-case words joined by underscores."""
    return slug(text, "signal").replace("-", "_")


def title(text: str) -> str:
    """Gives a name as people write it: `HighErrorRate` is `High error rate`."""
    return " ".join(slug(text).split("-")).capitalize()
