"""The command's surroundings: streams, environment and project root."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

__all__ = ["Terminal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """What a command may touch of its surroundings, so that tests can give it.

    Attributes:
        out: the result; nothing else is written there.
        err: progress, warnings and errors.
        root: the folder that holds `monitoring/`.
    """

    out: TextIO
    err: TextIO
    environ: Mapping[str, str]
    root: Path

    @property
    def is_interactive(self) -> bool:
        """Whether a person watches the progress."""
        return self.err.isatty()

    @property
    def is_colored(self) -> bool:
        """Whether a person reads the result, who likes colours: https://no-color.org."""
        environ = self.environ
        is_plain = environ.get("NO_COLOR") or environ.get("TERM") == "dumb"
        return self.out.isatty() and not is_plain
