"""Keyed hashes in place of personal data: equal for equal text, useless without key."""

import hashlib
from typing import Final

__all__ = ["Pseudonyms"]

_BYTES: Final = 8


class Pseudonyms:
    """Hashes with a secret key, so that nobody can try out all addresses.

    Args:
        key: at least 16 bytes; another key gives other pseudonyms.
    """

    def __init__(self, key: bytes) -> None:
        self._keyed = hashlib.blake2b(key=key, digest_size=_BYTES)

    def number_of(self, text: str) -> int:
        """Gives 64 bits, evenly spread."""
        hashed = self._keyed.copy()
        hashed.update(text.encode("utf-8", "surrogatepass"))
        return int.from_bytes(hashed.digest())

    def name_of(self, text: str) -> str:
        """Gives 16 hexadecimal digits."""
        return f"{self.number_of(text):016x}"
