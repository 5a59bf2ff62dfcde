"""`logs`: shows the log of a component."""

import argparse

from sightline.app import logs
from sightline.cli import terminals

__all__ = ["configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    parser.add_argument("name", metavar="NAME", help="a component, or `supervisor`")
    parser.add_argument(
        "-n", "--lines", type=int, default=50, help="how many of the last lines"
    )
    parser.add_argument(
        "-f", "--follow", action="store_true", help="go on with what is appended"
    )


def run(arguments: argparse.Namespace, terminal: terminals.Terminal) -> int:
    """Prints the last lines, and what follows if that is asked for."""
    path = logs.find(terminal.root, arguments.name)
    for line in logs.tail(path, arguments.lines):
        print(line, file=terminal.out)
    if arguments.follow:
        for text in logs.follow(path):
            terminal.out.write(text)
            terminal.out.flush()
    return 0
