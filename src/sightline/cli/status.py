"""`status`: shows the components of the running stack."""

import argparse

from sightline import errors
from sightline.app import status
from sightline.cli import terminals

__all__ = ["configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace, terminal: terminals.Terminal) -> int:
    """Prints the components; 3 when no stack runs."""
    try:
        state = status.observe(terminal.root)
    except errors.ServerUnavailable:
        if arguments.json:
            print(status.render_json(None), file=terminal.out)
        raise
    render = status.render_json if arguments.json else status.render_table
    print(render(state), file=terminal.out)
    return 0
