"""Writes the generated pages of the reference: `python -m sightline.cli.reference DIR`.

No command of its own: only a change to sightline itself changes the pages.
"""

import sys
from pathlib import Path

from sightline.app.reference import pages
from sightline.cli import main as command_line

__all__ = ["main"]


def main(folder: Path) -> int:
    """Writes every page whose text has changed, and gives the exit code."""
    for name, text in pages.render_pages(command_line.open_parser()).items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stderr.write(f"sightline: wrote {path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
