"""Whom a review is sent to: read from the words of the command line."""

import re
import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from sightline import errors
from sightline.model import secrets

__all__ = ["Mailbox", "Recipient", "Webhook", "resolve"]

_MAIL: Final = "mailto:"
_ADDRESSES: Final = re.compile(r"[^@\s,?]+@[^@\s,?]+(?:,[^@\s,?]+@[^@\s,?]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that takes JSON; it is as good as a password."""

    url: secrets.Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Who gets a mail: one address, or several with commas between."""

    to: str


Recipient: TypeAlias = Webhook | Mailbox


def resolve(target: str, root: Path) -> Recipient:
    """Gives where to send to.

    Args:
        target: `https://…`, `mailto:someone@example.com`, or `@FILE` with either.
        root: of the project, for relative paths.

    Raises:
        InputError: it is none of these. What was found is shown of no address, as it
            may be a secret that is only misspelt.
    """
    text = _read(root, target[1:]) if target.startswith("@") else target
    place = f"in {target[1:]}" if target.startswith("@") else "to post to"
    if text.startswith(_MAIL):
        to = text.removeprefix(_MAIL)
        if not _ADDRESSES.fullmatch(to):
            raise errors.InputError(
                f"expected mailto:someone@example.com {place}, found mailto: with "
                "something else; several addresses have commas between"
            )
        return Mailbox(to=to)
    if not _is_web_address(text):
        raise errors.InputError(
            f"expected https://… or mailto:… {place}, found something else; "
            "--post takes one of them, or @FILE with it"
        )
    return Webhook(url=secrets.Secret(text))


def _read(root: Path, name: str) -> str:
    try:
        return (root / name).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise errors.InputError(
            f"expected a file with an address at {name}: {error.strerror}"
        ) from error
    except ValueError as error:
        # Of a text, and of a name: neither is shown, for it may be what is secret.
        raise errors.InputError(
            "expected a file with an address in UTF-8 behind @, found something else"
        ) from error


def _is_web_address(text: str) -> bool:
    try:
        parts = urllib.parse.urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and port != 0
        and not re.search(r"\s", text)
    )
