"""`slo`: objectives, error budgets, burn rates and forecasts."""

import argparse

from sightline.app.slo import formatting, reading, standings
from sightline.cli import assignments, terminals

__all__ = ["configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    parser.add_argument(
        "--at",
        metavar="TIME",
        type=assignments.parse_time,
        help="Unix seconds, or as in 2027-01-31T12:00:00Z (default: now)",
    )
    parser.add_argument(
        "--env",
        metavar="NAME",
        help="default: the local stack, or the first environment of the spec",
    )
    forms = ("text", "json")
    parser.add_argument("--format", choices=forms, default="text", help="default: text")
    parser.add_argument(
        "--gate",
        action="store_true",
        help="exit 1 also while an objective is not measured well enough to judge",
    )
    parser.epilog = (
        "Exit code 1: a budget is in a state of the policy that blocks releases, and "
        "no override is in force."
    )


def run(arguments: argparse.Namespace, terminal: terminals.Terminal) -> int:
    """Reads every objective, prints them, and gives 1 when a release is blocked."""
    report = reading.run(
        reading.Request(root=terminal.root, environment=arguments.env, at=arguments.at)
    )
    if arguments.format == "json":
        terminal.out.write(formatting.render_json(report.standings))
    else:
        terminal.out.write(formatting.render_text(report.standings, report.levels))
    for finding in report.findings:
        print(finding, file=terminal.err)
    is_unknown = arguments.gate and standings.has_unmeasured(report.standings)
    return 1 if is_unknown or standings.has_blocked(report.standings) else 0
