"""Where in a file something stands."""

from dataclasses import dataclass

__all__ = ["Span"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """A place in a text file; lines and columns count from 1.

    `file` is the path as it is shown to the user, relative where that is shorter.
    """

    file: str
    line: int = 1
    column: int = 1
    end_line: int | None = None
    end_column: int | None = None

    def __str__(self) -> str:
        """Writes `file:line:column`, which editors and CI systems turn into links."""
        return f"{self.file}:{self.line}:{self.column}"
