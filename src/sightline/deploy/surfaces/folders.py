"""A directory of files: read whole, changed one by one, and put back."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sightline import errors

__all__ = ["Folder"]

_READABLE: Final = 0o644
_DRAFT: Final = ".sightline-"


class Folder:
    """A directory that a server reads.

    Every method raises `errors.EnvironmentFailed` where the system refuses, with the
    file and what it said.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self, name: str) -> str | None:
        """Gives a file's text; `None` when there is none."""
        try:
            content = (self.root / name).read_bytes()
        except FileNotFoundError:
            if not self.root.is_dir():
                raise errors.EnvironmentFailed(
                    f"there is no directory {self.root}; create it, or correct `deploy`"
                    " in the environment"
                ) from None
            return None
        except OSError as error:
            raise self._failure("read", name, error) from error
        return content.decode(errors="replace")

    def modified(self, name: str) -> float:
        """Gives when a file was changed last, in Unix seconds; 0 without it."""
        try:
            return (self.root / name).stat().st_mtime
        except OSError:
            return 0.0

    def list(self, folder: str) -> Iterator[str]:
        """Yields the names of the files in a folder, sorted."""
        for path in sorted((self.root / folder).glob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(self.root).as_posix()

    def change(self, texts: Mapping[str, str | None]) -> None:
        """Writes files, each whole or not at all, and deletes those of `None`."""
        for name, text in texts.items():
            try:
                if text is None:
                    (self.root / name).unlink(missing_ok=True)
                else:
                    _write_whole(self.root / name, text)
            except OSError as error:
                raise self._failure("write", name, error) from error

    @contextmanager
    def candidate(self, texts: Mapping[str, str | None]) -> Iterator[Path]:
        """Gives, for as long as the block runs, what the directory would be.

        It lies beside the files, so that relative paths inside them hold.
        """
        try:
            copy = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=self.root))
        except OSError as error:
            raise self._failure("write", _DRAFT, error) from error
        try:
            self._copy(copy, {Path(name).parts[0] for name in texts})
            Folder(copy).change(texts)
            yield copy
        finally:
            shutil.rmtree(copy, ignore_errors=True)

    def remove_leftovers(self) -> None:
        """Removes the candidates of applies that were killed."""
        for path in self.root.glob(f"{_DRAFT}*"):
            shutil.rmtree(path, ignore_errors=True)

    def _copy(self, copy: Path, changed: Iterable[str]) -> None:
        for path in self.root.iterdir():
            if path.name.startswith("."):
                continue
            if path.is_dir() and path.name in changed:
                shutil.copytree(path, copy / path.name)
            else:
                (copy / path.name).symlink_to(path.resolve())
        for name in changed:
            if (copy / name).is_symlink():
                (copy / name).unlink()

    def _failure(
        self, doing: str, name: str, error: OSError
    ) -> errors.EnvironmentFailed:
        reason = error.strerror or type(error).__name__
        return errors.EnvironmentFailed(f"cannot {doing} {self.root / name}: {reason}")


def _write_whole(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o7777 if path.exists() else _READABLE
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=_DRAFT)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        Path(draft).chmod(mode)
        Path(draft).replace(path)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise
