"""`down`: stops a background stack."""

import argparse

from sightline.app import down
from sightline.cli import terminals

__all__ = ["configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds nothing: there is one stack per project."""
    del parser


def run(arguments: argparse.Namespace, terminal: terminals.Terminal) -> int:
    """Stops the stack; one that does not run is stopped already."""
    del arguments
    stopped = down.stop(terminal.root)
    print("stopped" if stopped else "no stack runs here", file=terminal.err)
    return 0
