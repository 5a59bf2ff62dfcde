"""Makes the changes that findings propose, in the files."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from sightline.formats import texts
from sightline.model import findings, spans

__all__ = ["apply"]


def apply(found: Iterable[findings.Finding], root: Path) -> int:
    """Changes the files, and gives how many changes were made.

    Changes that overlap are made one at a time: the first counts, and the next run
    proposes what is left.

    Args:
        found: findings, with or without proposed changes.
        root: the folder from which their paths are shown.
    """
    edits: defaultdict[str, set[findings.Edit]] = defaultdict(set)
    for finding in found:
        for edit in finding.edits:
            edits[edit.span.file].add(edit)
    return sum(_change(root / file, proposed) for file, proposed in edits.items())


def _change(path: Path, edits: Iterable[findings.Edit]) -> int:
    # Universal newlines would turn a file's CRLF into LF: read what is there.
    text = path.read_bytes().decode("utf-8")
    source = texts.Source(path.name, text)
    count, before = 0, len(text) + 1
    for edit in sorted(edits, key=lambda one: one.span, reverse=True):
        start, end = _extent(source, edit.span)
        if end > before:
            continue
        text = text[:start] + edit.replacement + text[end:]
        count, before = count + 1, start
    path.write_bytes(text.encode("utf-8"))
    return count


def _extent(source: texts.Source, span: spans.Span) -> tuple[int, int]:
    start = source.offset(span.line, span.column)
    if span.end_line is None or span.end_column is None:
        return start, start
    return start, source.offset(span.end_line, span.end_column)
