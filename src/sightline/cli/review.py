"""`review`: the maintenance calendar, weekly, monthly and quarterly."""

import argparse
from pathlib import Path

from sightline.app import progress
from sightline.app.review import holding, running, schedules
from sightline.cli import assignments, terminals
from sightline.review import reports

__all__ = ["configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    add = parser.add_argument
    which = "which chores of the maintenance calendar"
    add("cadence", choices=[one.value for one in reports.Cadence], help=which)
    only = "only this chore of the review; may be repeated"
    add("--only", metavar="CHORE", action="append", default=[], help=only)
    add("-o", "--output", metavar="FILE", type=Path, help="default: standard output")
    forms = tuple(holding.FORMS)
    add("--format", choices=forms, default="markdown", help="default: markdown")
    post = "send it too: https://…, mailto:…, or @FILE with one of them; repeatable"
    add("--post", metavar="TO", action="append", default=[], help=post)
    kinds = [one.value for one in schedules.Kind]
    schedule = "print what holds this review regularly, instead of holding it"
    add("--schedule", choices=kinds, help=schedule)
    at = "as if it were held then (default: now)"
    add("--at", metavar="TIME", type=assignments.parse_time, help=at)
    add("--env", metavar="NAME", help="default: the local stack, or the spec's first")
    add("--prometheus", metavar="URL", help="default: the environment's")


def run(arguments: argparse.Namespace, terminal: terminals.Terminal) -> int:
    """Holds the review, and prints, writes and sends it; or prints its schedule."""
    shown = progress.Progress(terminal.err, is_interactive=terminal.is_interactive)
    request = running.Request(
        root=terminal.root,
        cadence=reports.Cadence(arguments.cadence),
        now=arguments.at,
        environment=arguments.env,
        url=arguments.prometheus,
        chores=tuple(arguments.only),
        environ=terminal.environ,
    )
    wanted = holding.Wanted(
        form=arguments.format, file=arguments.output, post_to=tuple(arguments.post)
    )
    if arguments.schedule:
        kind = schedules.Kind(arguments.schedule)
        terminal.out.write(holding.schedule(kind, request, wanted))
    else:
        holding.hold(request, wanted, terminal.out.write, shown.say)
    return 0
