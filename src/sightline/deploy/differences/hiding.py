"""What may be a secret in a document that somebody else wrote, and is never shown.

What sightline builds holds no secret. What a hand wrote into a live file may.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from sightline.deploy import resources

__all__ = ["HIDDEN", "hide", "hide_in_text", "is_secret"]

HIDDEN: Final = "(hidden)"

_SECRET: Final = re.compile(
    r"(?i)(?:passw(?:or)?d|secrets?|tokens?|credentials?|authorization|bearer|cookie"
    r"|(?:private|api|service|routing|access|user|integration|account)_?key"
    r"|(?:webhook|api|incoming)_?url"
    # An address that notifications are posted to is often its own password.
    r"|_configs(?:\[[^\]]*\])?\.url)$"
)
_CREDENTIALS: Final = re.compile(r"(?<=://)[^/\s@]*@")
_PARAMETER: Final = re.compile(
    r"(?i)([?&][^=&\s]*(?:token|key|secret|passw|sig)[^=&\s]*=)[^&\s]+"
)


def is_secret(path: str) -> bool:
    """Whether what stands at a path may be a secret; `…_file` names a file, and is not.

    Args:
        path: keys joined by dots, positions and names of items in brackets.
    """
    return bool(_SECRET.search(path))


def hide_in_text(text: str) -> str:
    """Gives a text without the credentials in addresses."""
    return _PARAMETER.sub(rf"\1{HIDDEN}", _CREDENTIALS.sub(f"{HIDDEN}@", text))


def hide(document: resources.Document, path: str) -> resources.Document:
    """Gives a document without what may be a secret, however deep inside."""
    if document is not None and is_secret(path):
        return HIDDEN
    match document:
        case str():
            return hide_in_text(document)
        case Mapping():
            return {
                key: hide(inner, f"{path}.{key}") for key, inner in document.items()
            }
        case Sequence():
            return [hide(inner, f"{path}[]") for inner in document]
        case _:
            return document
