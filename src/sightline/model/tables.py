"""The result of a query: columns by name, and rows."""

from dataclasses import dataclass

__all__ = ["Table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What a database answered.

    Attributes:
        columns: their names, in order; known also when there are no rows.
        rows: each with as many cells as there are columns.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
