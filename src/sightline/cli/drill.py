"""`drill`: a fault on purpose, the time until its page, and the end of it."""

import argparse

from sightline import errors
from sightline.app import progress
from sightline.app.drill import records, running
from sightline.cli import terminals

__all__ = ["configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    add = parser.add_argument
    add("scenarios", nargs="*", metavar="SCENARIO", help="see: sightline demo faults")
    add("--all", action="store_true", help="every fault, in turn")
    add("--format", choices=("text", "json"), default="text", help="default: text")


def run(arguments: argparse.Namespace, terminal: terminals.Terminal) -> int:
    """Drills, prints, and gives 1 when somebody was not told."""
    if arguments.all == bool(arguments.scenarios):
        raise errors.InputError(
            "expected either scenarios or --all; see: sightline demo faults"
        )
    shown = progress.Progress(terminal.err, is_interactive=terminal.is_interactive)
    drills = running.run(terminal.root, arguments.scenarios, shown.say)
    is_json = arguments.format == "json"
    render = records.render_json if is_json else records.render_text
    terminal.out.write(render(drills))
    return 1 if records.has_failed(drills) else 0
