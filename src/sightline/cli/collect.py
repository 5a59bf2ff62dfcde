"""`collect`: runs the collectors as a service."""

import argparse
import functools
from pathlib import Path

from sightline.app import collect
from sightline.cli import terminals

__all__ = ["configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    parser.add_argument(
        "--config",
        metavar="FILE",
        type=Path,
        help="addresses and secrets (default: those of the local stack)",
    )


def run(arguments: argparse.Namespace, terminal: terminals.Terminal) -> int:
    """Collects until it is stopped."""
    say = functools.partial(print, file=terminal.err)
    collect.run(collect.Request(root=terminal.root, config=arguments.config), say)
    return 0
