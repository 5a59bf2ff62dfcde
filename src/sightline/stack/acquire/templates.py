"""A cure for Debian's Alertmanager, which wants its templates in /usr/share.

Upstream embeds the notification templates in the program. Debian took them out and
opens them by a path that no flag changes, so that an unpacked package stops with
`failed to parse templates`. The path occurs in the program at three places. A private
copy gets another path of the same length there: `amshare` in the process's working
directory, where the stack puts a symbolic link to the unpacked templates.
"""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Final

from sightline import errors

__all__ = ["LINK_NAME", "SHARE_FOLDER", "relocate_templates"]

LINK_NAME: Final = "amshare"
"""The link to the templates, in Alertmanager's working directory."""

SHARE_FOLDER: Final = "prometheus/alertmanager"
"""Where a Debian package keeps the templates, below `share`."""

_INSTALLED: Final = b"/usr/share/prometheus/alertmanager"
_INSTALLED_FOLDER: Final = Path(os.fsdecode(_INSTALLED))
_RELOCATED: Final = (
    b"/proc/self/cwd".ljust(len(_INSTALLED) - len(LINK_NAME), b"/") + LINK_NAME.encode()
)
_PLACES: Final = 3


def relocate_templates(
    program: Path, cache: Path, installed: Path = _INSTALLED_FOLDER
) -> Path:
    """Gives an Alertmanager that finds its templates; `program` itself if it does.

    Args:
        program: any build of Alertmanager; it is not changed.
        cache: the folder for the private copy, made once per build.
        installed: where the templates are on a host that has the package.

    Raises:
        ComponentMissing: a build of Debian's that looks different from those known.
    """
    if (installed / "default.tmpl").is_file():
        return program
    mark = program.stat()
    identity = f"{program.resolve()}\0{mark.st_size}\0{mark.st_mtime_ns}"
    key = hashlib.sha256(identity.encode()).hexdigest()[:16]
    copy = cache / f"alertmanager-{key}" / "alertmanager"
    if copy.is_file():
        return copy
    content = program.read_bytes()
    places = content.count(_INSTALLED)
    if places == 0:  # upstream's build: the templates are inside
        return program
    if places != _PLACES:
        raise errors.ComponentMissing(
            f"{program}: expected the templates' path at {_PLACES} places, found"
            f" {places}; give an upstream build with --bin alertmanager=PATH"
        )
    _write_program(copy, content.replace(_INSTALLED, _RELOCATED))
    return copy


def _write_program(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    Path(file.name).chmod(0o755)
    Path(file.name).replace(path)
