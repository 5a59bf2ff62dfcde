"""Writes the spec that a company begins with."""

import shutil
from importlib import resources
from pathlib import Path
from typing import Final

from sightline import errors

__all__ = ["SPEC", "write"]

SPEC: Final = "monitoring"
"""The folder that holds a spec."""


def write(directory: Path) -> tuple[Path, ...]:
    """Writes a small spec that builds into `directory`, and gives its files.

    Raises:
        InputError: the folder has a spec already, or cannot be written.
    """
    target = directory / SPEC
    if target.exists():
        raise errors.InputError(
            f"expected a folder without a spec, found {target}; choose another folder"
        )
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with resources.as_file(resources.files(__package__) / "spec") as source:
            shutil.copytree(source, target)
    except OSError as error:
        raise errors.InputError(
            f"cannot write to {directory}: {error.strerror}; choose another folder"
        ) from error
    return tuple(sorted(path for path in target.rglob("*") if path.is_file()))
