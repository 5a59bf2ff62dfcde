"""What compilers give: files, as text, with their place under the build folder."""

from dataclasses import dataclass
from pathlib import PurePosixPath

__all__ = ["Artifact"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One file of a build, byte for byte; `path` is relative to the build folder."""

    path: PurePosixPath
    text: str
