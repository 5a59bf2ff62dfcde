"""`review`: the maintenance calendar, weekly, monthly and quarterly."""

import argparse
from pathlib import Path

from sightline.app import progress
from sightline.app.review import html_page, json_form, markdown, running
from sightline.cli import assignments, terminals
from sightline.review import reports

__all__ = ["configure", "run"]

_FORMS = {
    "html": html_page.render,
    "markdown": markdown.render,
    "json": json_form.render,
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    add = parser.add_argument
    which = "which chores of the maintenance calendar"
    add("cadence", choices=[one.value for one in reports.Cadence], help=which)
    only = "only this chore of the review; may be repeated"
    add("--only", metavar="CHORE", action="append", default=[], help=only)
    add("-o", "--output", metavar="FILE", type=Path, help="default: standard output")
    add("--format", choices=tuple(_FORMS), default="markdown", help="default: markdown")
    at = "as if it were held then (default: now)"
    add("--at", metavar="TIME", type=assignments.parse_time, help=at)
    add("--env", metavar="NAME", help="default: the local stack, or the spec's first")
    add("--prometheus", metavar="URL", help="default: the environment's")


def run(arguments: argparse.Namespace, terminal: terminals.Terminal) -> int:
    """Holds the review, and prints or writes it."""
    shown = progress.Progress(terminal.err, is_interactive=terminal.is_interactive)
    outcome = running.run(
        running.Request(
            root=terminal.root,
            cadence=reports.Cadence(arguments.cadence),
            now=arguments.at,
            environment=arguments.env,
            url=arguments.prometheus,
            chores=tuple(arguments.only),
        ),
        shown.say,
    )
    text = _FORMS[arguments.format](outcome)
    if arguments.output is None:
        terminal.out.write(text)
    else:
        arguments.output.write_text(text, encoding="utf-8")
        shown.say(f"written to {arguments.output}")
    return 0
