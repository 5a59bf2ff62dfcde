"""The files of a spec, read from disk and composed, each with its place.

The only module of the spec, beside `loading`, that touches the file system.
"""

import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline.model import spans
from sightline.spec import composing, nodes, reporting

__all__ = [
    "MAX_BYTES",
    "SPEC_DIRECTORY",
    "Document",
    "Page",
    "Sources",
    "parse",
    "read",
]

SPEC_DIRECTORY: Final = "monitoring"
MAX_BYTES: Final = 1_000_000

_YAML_SUFFIXES: Final = frozenset({".yaml", ".yml"})
_PAGE_SUFFIX: Final = ".md"
_RUNBOOKS: Final = "runbooks"
_UNPRINTABLE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One YAML file."""

    file: str
    node: nodes.Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One runbook file; `text` is `None`, and reported, when it cannot be read."""

    file: str
    slug: str
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All that a spec consists of.

    Attributes:
        directory: the spec's directory, as it is shown to the user.
        complete: every file could be read; otherwise a name that seems to be
            unknown may well stand in the file that could not.
    """

    directory: str
    documents: tuple[Document, ...]
    pages: tuple[Page, ...]
    complete: bool


def read(root: Path, reporter: reporting.Reporter) -> Sources:
    """Reads every YAML file and runbook under `root`'s `monitoring/`."""
    directory = root / SPEC_DIRECTORY
    if not directory.is_dir():
        reporter.error(
            "file",
            spans.Span(file=SPEC_DIRECTORY),
            f"expected a directory {SPEC_DIRECTORY}/ that holds the spec, found none",
            "run the command in the directory that contains it",
        )
        return Sources(directory=SPEC_DIRECTORY, documents=(), pages=(), complete=False)
    documents, pages, complete = [], [], True
    for path in _spec_files(directory):
        file = path.relative_to(root).as_posix()
        content = _read_bytes(path, file, reporter)
        if path.suffix == _PAGE_SUFFIX:
            text = None if content is None else _decode(content, file, reporter)
            pages.append(Page(file=file, slug=path.stem, text=text))
            continue
        document = None if content is None else parse(content, file, reporter)
        complete = complete and document is not None
        if document is not None:
            documents.append(document)
    return Sources(
        directory=SPEC_DIRECTORY,
        documents=tuple(documents),
        pages=tuple(pages),
        complete=complete,
    )


def parse(content: bytes, file: str, reporter: reporting.Reporter) -> Document | None:
    """Gives the document in a YAML file's bytes; `None`, reported, without one."""
    text = _decode(content, file, reporter)
    node = None if text is None else composing.compose(text, file, reporter)
    return None if node is None else Document(file=file, node=node)


def _spec_files(directory: Path) -> Iterable[Path]:
    for folder, folders, files in os.walk(directory):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(folder)
        is_runbooks = here == directory / _RUNBOOKS
        for name in sorted(files):
            suffix = Path(name).suffix
            wanted = suffix in _YAML_SUFFIXES or (
                is_runbooks and suffix == _PAGE_SUFFIX
            )
            if wanted and not name.startswith("."):
                yield here / name


def _read_bytes(path: Path, file: str, reporter: reporting.Reporter) -> bytes | None:
    """Gives the content of a file that is small, regular and readable."""
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
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        reporter.error(
            "file",
            span,
            f"expected a file that can be read, found: {reason}",
            "check the file's permissions, or remove it",
        )
        return None
    if len(content) > MAX_BYTES:
        reporter.error(
            "size",
            span,
            f"expected at most {MAX_BYTES:,} bytes, found a larger file",
            "split it; every YAML file under monitoring/ is read",
        )
        return None
    return content


def _decode(content: bytes, file: str, reporter: reporting.Reporter) -> str | None:
    if b"\0" in content:
        reporter.error(
            "encoding",
            spans.Span(file=file),
            "expected text, found a binary file",
            "move it out of the spec's directory",
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
