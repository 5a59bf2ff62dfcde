"""`init`: a small spec that builds, for another company to make its own."""

import argparse
from pathlib import Path

from sightline.app.beginning import writing
from sightline.cli import terminals

__all__ = ["configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the folder."""
    what = "where the spec is written, in a folder `monitoring`"
    parser.add_argument("directory", metavar="DIR", type=Path, help=what)


def run(arguments: argparse.Namespace, terminal: terminals.Terminal) -> int:
    """Writes the spec, and prints its files."""
    for path in writing.write(arguments.directory):
        print(path, file=terminal.out)
    print(
        "next: give it your names, then `sightline check` in there", file=terminal.err
    )
    return 0
