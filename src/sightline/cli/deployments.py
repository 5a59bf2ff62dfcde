"""The options that `plan` and `apply` share."""

import argparse
from pathlib import Path

from sightline.app.deploying import running
from sightline.cli import terminals
from sightline.deploy import resources

__all__ = ["configure", "read_request"]

_SURFACES = tuple(surface.value for surface in resources.Surface)


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the options that say what is looked at."""
    add = parser.add_argument
    chosen = "default: the local stack, or the first environment of the spec"
    add("--env", metavar="NAME", help=chosen)
    only = "look at this surface alone; may be given again"
    add("--surface", action="append", choices=_SURFACES, default=[], help=only)
    back = "go back to the last applied state, instead of what the spec wants"
    add("--rollback", action="store_true", help=back)
    kept = "the folder of the ledgers; default: .sightline/deploy"
    add("--ledger", metavar="DIR", type=Path, help=kept)


def read_request(
    arguments: argparse.Namespace, terminal: terminals.Terminal, expected: str = ""
) -> running.Request:
    """Gives what is asked; `expected` is how the only plan to be applied begins."""
    return running.Request(
        root=terminal.root,
        environ=terminal.environ,
        environment=arguments.env,
        surfaces=tuple(map(resources.Surface, arguments.surface)),
        ledger=arguments.ledger,
        is_rollback=arguments.rollback,
        expected=expected,
    )
