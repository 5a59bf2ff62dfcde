"""Tables of Markdown."""

from collections.abc import Iterable, Sequence

__all__ = ["render_table"]


def render_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Gives a table; what would end a cell is escaped."""
    lines = [_row(head), _row(["---"] * len(head))]
    lines += [_row([cell.replace("|", "\\|") for cell in row]) for row in rows]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
