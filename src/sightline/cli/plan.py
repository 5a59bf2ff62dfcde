"""`plan`: what an apply would change in the live systems; nothing is written."""

import argparse

from sightline.app.deploying import running
from sightline.cli import deployments, terminals
from sightline.deploy.forms import github, json_report, text

__all__ = ["configure", "run"]

_FORMS = {"text": text.render, "json": json_report.render, "github": github.render}


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    deployments.configure(parser)
    add = parser.add_argument
    add("--format", choices=tuple(_FORMS), default="text", help="default: text")
    pending = "exit 1 also when something would be changed"
    add("--exit-code", action="store_true", help=pending)


def run(arguments: argparse.Namespace, terminal: terminals.Terminal) -> int:
    """Plans, prints, and gives 0, or 1 when something could not be seen."""
    if terminal.is_interactive:
        print("looking at the live systems …", file=terminal.err, flush=True)
    plan = running.make_plan(deployments.read_request(arguments, terminal))
    terminal.out.write(_FORMS[arguments.format](plan))
    is_pending = arguments.exit_code and plan.pending
    return 1 if plan.unseen or is_pending else 0
