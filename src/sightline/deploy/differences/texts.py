"""Two texts, compared line by line."""

import difflib
from collections.abc import Iterator
from typing import Final

from sightline.deploy.differences import hiding

__all__ = ["compare"]

_MOST_LINES: Final = 12


def compare(before: str, after: str) -> Iterator[str]:
    """Yields the lines that differ, `- old` and `+ new`, the first of them."""
    old, new = before.splitlines(), after.splitlines()
    lines = [
        f"{line[0]} {hiding.hide_in_text(line[1:].strip())}"
        for line in difflib.unified_diff(old, new, lineterm="", n=0)
        if line[0] in "+-" and not line.startswith(("+++", "---"))
    ]
    yield from lines[:_MOST_LINES]
    if len(lines) > _MOST_LINES:
        yield f"… and {len(lines) - _MOST_LINES} lines more"
