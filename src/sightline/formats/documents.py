"""The documents of one file: its bytes, decoded and composed, within limits."""

import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline.formats import nodes, reporting, texts
from sightline.model import spans

__all__ = ["MAX_BYTES", "Document", "decode", "read_bytes"]

MAX_BYTES: Final = 16_000_000
"""More than any rule file, configuration or dashboard that people work with."""

_UNPRINTABLE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document of a file, and the text that it stands in."""

    node: nodes.Node
    source: texts.Source


def read_bytes(
    path: Path, file: str, reporter: reporting.Reporter, *, limit: int, hint: str
) -> bytes | None:
    """Gives the content of a file that is small, regular and readable.

    Args:
        path: the file.
        file: its path as it is shown.
        reporter: hears why there is no content.
        limit: the most bytes that it may have.
        hint: what to do when it has more.
    """
    span = spans.Span(file=file)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            reporter.error(
                "file",
                span,
                "expected a regular file, found another kind",
                "remove it, or replace it by a file",
            )
            return None
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        reporter.error(
            "file",
            span,
            f"expected a file that can be read, found: {reason}",
            "check the file's permissions, or remove it",
        )
        return None
    if len(content) > limit:
        reporter.error(
            "size", span, f"expected at most {limit:,} bytes, found a larger file", hint
        )
        return None
    return content


def decode(
    content: bytes, file: str, reporter: reporting.Reporter, *, hint: str
) -> str | None:
    """Gives the text in a file's bytes; `None`, reported, when it is no UTF-8 text.

    Args:
        content: the bytes.
        file: the path as it is shown.
        reporter: hears why there is no text.
        hint: what to do with a binary file.
    """
    if b"\0" in content:
        reporter.error(
            "encoding",
            spans.Span(file=file),
            "expected text, found a binary file",
            hint,
        )
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8", errors="replace")
        reporter.error(
            "encoding",
            _span_after(before, file),
            f"expected UTF-8, found the byte 0x{error.object[error.start]:02x}",
            "save the file as UTF-8",
        )
        return None
    if match := _UNPRINTABLE.search(text):
        reporter.error(
            "encoding",
            _span_after(text[: match.start()], file),
            "expected printable text, found the control character "
            f"U+{ord(match[0]):04X}",
            "remove it",
        )
        return None
    return text


def _span_after(before: str, file: str) -> spans.Span:
    last_line = before.rpartition("\n")[2]
    return spans.Span(file=file, line=before.count("\n") + 1, column=len(last_line) + 1)
