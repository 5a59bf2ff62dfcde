"""The files of a spec, read from disk and composed, each with its place.

The only module of the spec, beside `loading`, that touches the file system.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline.formats import composing, nodes, reporting, texts
from sightline.formats import documents as native
from sightline.model import spans

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
_QUERY_SUFFIX: Final = ".sql"
_PAGE_FOLDERS: Final = {
    _PAGE_SUFFIX: Path("runbooks"),
    _QUERY_SUFFIX: Path("sources", "queries"),
}
"""Where files that are not YAML belong to the spec."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One YAML file."""

    file: str
    node: nodes.Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A runbook or a query; `text` is `None`, and reported, when it is unreadable."""

    file: str
    slug: str
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All that a spec consists of.

    Attributes:
        directory: the spec's directory, as it is shown to the user.
        pages: the runbooks.
        queries: the SQL of the collectors' sources.
        complete: every file could be read; otherwise a name that seems to be
            unknown may well stand in the file that could not.
    """

    directory: str
    documents: tuple[Document, ...]
    pages: tuple[Page, ...]
    complete: bool
    queries: tuple[Page, ...] = ()


def read(root: Path, reporter: reporting.Reporter) -> Sources:
    """Reads every YAML file, runbook and query under `root`'s `monitoring/`."""
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
        content = native.read_bytes(
            path,
            file,
            reporter,
            limit=MAX_BYTES,
            hint="split it; every YAML file under monitoring/ is read",
        )
        if path.suffix in _PAGE_FOLDERS:
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
        pages=tuple(page for page in pages if page.file.endswith(_PAGE_SUFFIX)),
        queries=tuple(page for page in pages if page.file.endswith(_QUERY_SUFFIX)),
        complete=complete,
    )


def parse(content: bytes, file: str, reporter: reporting.Reporter) -> Document | None:
    """Gives the document in a YAML file's bytes; `None`, reported, without one."""
    text = _decode(content, file, reporter)
    node = (
        None if text is None else composing.compose(texts.Source(file, text), reporter)
    )
    return None if node is None else Document(file=file, node=node)


def _spec_files(directory: Path) -> Iterable[Path]:
    for folder, folders, files in os.walk(directory):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(folder)
        for name in sorted(files):
            suffix = Path(name).suffix
            belongs = here.relative_to(directory) == _PAGE_FOLDERS.get(suffix)
            wanted = suffix in _YAML_SUFFIXES or belongs
            if wanted and not name.startswith("."):
                yield here / name


def _decode(content: bytes, file: str, reporter: reporting.Reporter) -> str | None:
    hint = "move it out of the spec's directory"
    return native.decode(content, file, reporter, hint=hint)
