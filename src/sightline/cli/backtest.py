"""`backtest`: what alerting rules would have done over history."""

import argparse
from pathlib import Path

from sightline.app import progress
from sightline.app.backtest import formatting, running
from sightline.cli import assignments, terminals
from sightline.model import units

__all__ = ["configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", type=Path, help="default: the spec's rules")
    add("--alert", metavar="NAME", help="only the rules of this name")
    add(
        "--since",
        metavar="DURATION",
        type=assignments.parse_duration,
        default=units.Duration.parse("30d"),
        help="how far back (default: 30d)",
    )
    until = "Unix seconds, or as in 2027-01-31T12:00:00Z (default: now)"
    add("--until", metavar="TIME", type=assignments.parse_time, help=until)
    add("--sweep", action="store_true", help="try other limits and durations too")
    truth = "has results while something is truly wrong (default: an SLO burns fast)"
    add("--truth", metavar="EXPR", help=truth)
    source = "a Prometheus or VictoriaMetrics with the history"
    add("--prometheus", metavar="URL", help=source)
    add("--env", metavar="NAME", help="default: the local stack, or the spec's first")
    add("--format", choices=("text", "json"), default="text", help="default: text")


def run(arguments: argparse.Namespace, terminal: terminals.Terminal) -> int:
    """Replays, prints, and gives 1 when a rule could not be replayed."""
    shown = progress.Progress(terminal.err, is_interactive=terminal.is_interactive)
    request = running.Request(
        root=terminal.root,
        paths=tuple(arguments.paths),
        alert=arguments.alert,
        since=arguments.since,
        until=arguments.until,
        sweep=arguments.sweep,
        url=arguments.prometheus,
        environment=arguments.env,
        truth=arguments.truth,
    )
    report = running.run(request, shown.say)
    is_json = arguments.format == "json"
    render = formatting.render_json if is_json else formatting.render_text
    terminal.out.write(render(report))
    return 1 if any(one.not_replayed for one in report.results) else 0
