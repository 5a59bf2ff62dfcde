"""Secrets as objects that do not show themselves."""

from dataclasses import dataclass, field
from typing import Final

__all__ = ["MASK", "Secret", "mask"]

MASK: Final = "***"


@dataclass(frozen=True, slots=True)
class Secret:
    """A token, a key or a password; only `reveal` gives its text.

    Neither printing nor formatting shows it, so that it reaches no log, no error and
    no plan by accident.
    """

    _text: str = field(repr=False)

    def reveal(self) -> str:
        """Gives the text, for the one who sends it."""
        return self._text

    def __str__(self) -> str:
        return MASK


def mask(text: str, *secrets: Secret) -> str:
    """Gives a text, of somebody else's making, without these secrets."""
    for secret in secrets:
        if secret.reveal():
            text = text.replace(secret.reveal(), MASK)
    return text
