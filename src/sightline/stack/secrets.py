"""Secrets of the local stack: generated once, kept in files for the owner alone."""

import os
import secrets as randomness
from pathlib import Path

from sightline.stack import layout

__all__ = ["obtain", "path_of"]


def path_of(place: layout.Layout, name: str) -> Path:
    """Gives the file that holds a secret."""
    return place.secrets / name


def obtain(place: layout.Layout, name: str) -> str:
    """Gives a secret, generated at its first use: 32 hexadecimal characters."""
    path = path_of(place, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    secret = randomness.token_hex(16)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret)
    return secret
