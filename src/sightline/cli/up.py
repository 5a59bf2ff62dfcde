"""`up`: starts the local stack, waits until it is ready, and verifies it."""

import argparse
import functools

from sightline.app import assembly, progress, up
from sightline.cli import assignments, terminals
from sightline.stack import profiles
from sightline.stack.acquire import binaries

__all__ = ["configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    add = parser.add_argument
    add("--background", action="store_true", help="return when it is verified")
    add("--no-demo", action="store_true", help="without the reference platform")
    sizes = [profile.value for profile in profiles.Profile]
    what = "how many servers stand in for one another (default: single)"
    add("--profile", choices=sizes, default=sizes[0], help=what)
    what = "begin with a generated past of that many days, 2 to 400"
    days = assignments.parse_days
    add("--history", metavar="DAYS", type=days, default=0, help=what)
    add_each = functools.partial(add, action="append", default=[])
    what = "use this program; may be repeated"
    add_each("--bin", metavar="NAME=PATH", type=assignments.parse_path, help=what)
    what = "use this port or refuse; may be repeated"
    add_each("--port", metavar="NAME=PORT", type=assignments.parse_port, help=what)
    add(
        "--accept-expired-index",
        action="store_true",
        help="use Debian's package index although its Valid-Until has passed",
    )


def run(arguments: argparse.Namespace, terminal: terminals.Terminal) -> int:
    """Starts, verifies and prints the evidence; in the foreground, stays."""
    settings = binaries.settings_from_environ(
        terminal.environ,
        dict(arguments.bin),
        accept_expired_index=arguments.accept_expired_index,
    )
    options = assembly.Options(
        asked_ports=dict(arguments.port),
        with_demo=not arguments.no_demo,
        profile=profiles.Profile(arguments.profile),
        history_days=arguments.history,
    )
    request = up.Request(
        root=terminal.root,
        settings=settings,
        options=options,
        detached=arguments.background,
    )
    shown = progress.Progress(terminal.err, is_interactive=terminal.is_interactive)
    return up.run(request, shown, terminal.out)
