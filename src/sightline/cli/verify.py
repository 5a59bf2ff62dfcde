"""`verify`: the guide's five lines, and the evidence behind each."""

import argparse
import functools

from sightline.app import verify
from sightline.cli import terminals
from sightline.model import signals
from sightline.verify import formatting

__all__ = ["configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    parser.add_argument(
        "--env",
        metavar="NAME",
        help="default: the local stack, or the first environment of the spec",
    )
    forms = ("text", "json")
    parser.add_argument("--format", choices=forms, default="text", help="default: text")
    parser.add_argument(
        "--wait",
        metavar="SECONDS",
        type=float,
        default=0.0,
        help="give failures so long to pass (default: judge now)",
    )
    canary = "send an alert of this priority (P0 to P3) and see it arrive"
    priority = signals.Priority
    parser.add_argument("--canary", metavar="PRIORITY", type=priority, help=canary)
    within = "how many seconds the canary may take (default: 180)"
    parser.add_argument("--canary-within", type=float, default=180.0, help=within)
    parser.add_argument(
        "--allow-not-checked",
        action="store_true",
        help="exit 0 also when something could not be checked, but nothing failed",
    )


def run(arguments: argparse.Namespace, terminal: terminals.Terminal) -> int:
    """Verifies, prints the report, and gives 0 only when everything passed."""
    request = verify.Request(
        root=terminal.root,
        environment=arguments.env,
        patience_seconds=arguments.wait,
        environ=terminal.environ,
        canary=arguments.canary,
        canary_seconds=arguments.canary_within,
    )
    say = functools.partial(print, file=terminal.err)
    report = verify.run(request, say)
    render = (
        formatting.render_json if arguments.format == "json" else formatting.render_text
    )
    terminal.out.write(render(report))
    if arguments.allow_not_checked:
        return 1 if report.has_failed else 0
    return 0 if report.is_ok else 1
