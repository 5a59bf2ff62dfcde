"""Which character of a file stands for which character of a scalar's content."""

import re
from array import array
from collections.abc import Iterator
from typing import Final

__all__ = ["align"]

_Run = tuple[int, int, bool]
"""Where a run begins in the file, how many characters of the content it stands for,
and whether these follow one another in the file too (else all stand at its begin)."""

_BREAK: Final = "(?:\r\n|[\n\r\x85\u2028\u2029])"
_ESCAPE: Final = re.compile(
    r"\\(?:x[0-9a-fA-F]{2}"
    r"|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)",
    re.DOTALL,
)
_FOLD: Final = re.compile(rf"[ \t]*{_BREAK}\s*")
_CONTINUATION: Final = re.compile(rf"\\{_BREAK}[ \t]*")
_LINE: Final = re.compile(f"([^\n\r\x85\u2028\u2029]*)({_BREAK}|$)")
_ORDINARY: Final = {
    "": re.compile(r"\S+"),
    "'": re.compile(r"[^'\s]+"),
    '"': re.compile(r"[^\\\s]+"),
}


def align(content: str, text: str, start: int, style: str) -> "array[int]":
    """Gives, for each character of `content` and for its end, its offset in `text`.

    The answer has one more entry than `content`, never falls, and stays inside `text`.

    Args:
        content: what the scalar says.
        text: the file it stands in.
        start: the offset of the scalar's first character, its quote or block sign.
        style: `""` plain, `'` and `"` quoted, `|` and `>` blocks.
    """
    is_block = style in {"|", ">"}
    runs = (
        _block(content, text, start) if is_block else _flow(content, text, start, style)
    )
    offsets, last = array("L"), start
    for begin, width, is_consecutive in runs:
        offsets.extend(
            range(begin, begin + width) if is_consecutive else [begin] * width
        )
        last = offsets[-1]
    # A text that does not say what it should: better a near place than none.
    offsets.extend([min(last, len(text))] * (len(content) - len(offsets)))
    del offsets[len(content) :]
    offsets.append(min(offsets[-1] + 1, len(text)) if offsets else start)
    return offsets


def _flow(content: str, text: str, start: int, style: str) -> Iterator[_Run]:
    position, done = start + len(style), 0
    while position < len(text) and done < len(content):
        if run := _ORDINARY[style].match(text, position):
            width, position = run.end() - position, run.end()
            yield run.start(), width, True
        elif fold := _FOLD.match(text, position):
            width, position = _folded_width(content, done), fold.end()
            if width:
                yield fold.start(), width, False
        else:
            width, end = _odd(text, position, style)
            if width:
                yield position, width, False
            position = end
        done += width


def _odd(text: str, position: int, style: str) -> tuple[int, int]:
    """Gives how much an escape, a doubled quote or a blank stands for, and its end."""
    if style == '"' and text[position] == "\\":
        if continuation := _CONTINUATION.match(text, position):
            return 0, continuation.end()
        escape = _ESCAPE.match(text, position)
        return 1, escape.end() if escape else position + 1
    is_doubled = style == "'" and text.startswith("''", position)
    return 1, position + (2 if is_doubled else 1)


def _folded_width(content: str, done: int) -> int:
    """Gives what line breaks came to: a space, or one break less than were written."""
    if content[done] == " ":
        return 1
    end = done
    while end < len(content) and content[end] == "\n":
        end += 1
    return end - done


def _block(content: str, text: str, start: int) -> Iterator[_Run]:
    """Finds each line of a block, less its indentation, in turn in the content."""
    header = _LINE.match(text, start)
    done, break_before = 0, start
    for line in _LINE.finditer(text, header.end() if header else len(text)):
        if line[1].strip(" ") and done < len(content):
            found = _find(line[1], content, done)
            if found is None:
                return
            begin, width = found
            if begin > done:
                yield break_before, begin - done, False
            yield line.end(1) - width, width, True
            done = begin + width
            break_before = line.end(1)
        if done >= len(content) or line.end() == len(text):
            break
    if done < len(content):
        yield break_before, len(content) - done, False


def _find(line: str, content: str, done: int) -> tuple[int, int] | None:
    """Gives where a written line begins in the content, and how much of it is there."""
    indentation = len(line) - len(line.lstrip(" "))
    begin = done
    while begin < len(content):
        for cut in range(indentation + 1):
            if content.startswith(line[cut:], begin):
                return begin, len(line) - cut
        if content[begin] not in " \n":
            return None
        begin += 1
    return None
