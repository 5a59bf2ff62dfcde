"""Two texts on one line: only what differs, with a little of what stands around it."""

import re
from typing import Final

__all__ = ["contrast"]

_AROUND: Final = 3
"""Words kept on either side of the difference."""

_WORD: Final = re.compile(r"\s+|[\w.%:]+|.", re.DOTALL)


def contrast(before: str, after: str, longest: int) -> str:
    """Gives `… old … → … new …`; both texts whole where they are short.

    Args:
        before: the old text.
        after: the new one.
        longest: how many characters a text may have to be shown whole.
    """
    if max(len(before), len(after)) <= longest:
        return f"{_on_a_line(before)} → {_on_a_line(after)}"
    old, new = _WORD.findall(before), _WORD.findall(after)
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    return " → ".join(
        _shorten(_window(words, start, len(words) - end), longest)
        for words in (old, new)
    )


def _shared(one: list[str], other: list[str]) -> int:
    """Gives how many words both begin with."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _window(words: list[str], start: int, end: int) -> str:
    first, last = max(0, start - 2 * _AROUND), min(len(words), end + 2 * _AROUND)
    text = _on_a_line("".join(words[first:last]))
    return f"{'… ' if first else ''}{text}{' …' if last < len(words) else ''}"


def _on_a_line(text: str) -> str:
    return " ".join(text.split())


def _shorten(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
