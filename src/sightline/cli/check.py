"""`check`: the mistakes in the spec and its artifacts, or in any files."""

import argparse
import datetime as dt
from pathlib import Path

from sightline.app.checking import forms, requests
from sightline.cli import scrapes, terminals
from sightline.model import findings

__all__ = ["configure", "run"]

_LEVELS = {level.label: level for level in findings.FindingSeverity}


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    add = parser.add_argument
    paths = "files and folders of any origin; without one, the spec and its artifacts"
    add("paths", nargs="*", metavar="PATH", type=Path, help=paths)
    add(
        "--format",
        choices=list(map(str, forms.Form)),
        default="text",
        help="default: text",
    )
    least = "the least severe finding that makes the exit code 1; default: warning"
    add("--fail-on", choices=tuple(_LEVELS), default="warning", help=least)
    add("--fix", action="store_true", help="mend what is mechanical and safe")
    promises = "what is promised beside the files; default: sightline-check.yaml"
    add("--policy", metavar="FILE", type=Path, help=promises)
    whose = "whose artifacts are checked, without a PATH; default: the first one"
    add("--env", metavar="NAME", help=whose)
    known = "leave out the findings in FILE, which were there before"
    add("--baseline", metavar="FILE", type=Path, help=known)
    renew = "write what is found to the file of --baseline"
    add("--write-baseline", action="store_true", help=renew)
    scrapes.configure(parser)


def run(arguments: argparse.Namespace, terminal: terminals.Terminal) -> int:
    """Checks, prints, and gives 1 when a finding reaches the level asked."""
    request = requests.Request(
        paths=tuple(arguments.paths),
        is_fixing=arguments.fix,
        policy=arguments.policy,
        baseline=arguments.baseline,
        is_new_baseline=arguments.write_baseline,
        environment=arguments.env,
    )
    today = dt.datetime.now(dt.UTC).date()
    report = scrapes.check(arguments, terminal.root) or requests.answer(
        request, terminal.root, terminal.environ, today
    )
    form = forms.Form(arguments.format)
    shown = forms.render(report, form, is_colored=terminal.is_colored)
    terminal.out.write(shown)
    limit = _LEVELS[arguments.fail_on]
    return 1 if any(one.severity >= limit for one in report.found) else 0
