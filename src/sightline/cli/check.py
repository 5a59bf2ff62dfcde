"""`check`: the mistakes in the spec and its artifacts, each with its place."""

import argparse
from pathlib import Path

from sightline import errors
from sightline.app import check, check_formatting
from sightline.cli import terminals
from sightline.model import findings
from sightline.stack.acquire import binaries

__all__ = ["configure", "run"]

_LEVELS = {level.label: level for level in findings.FindingSeverity}


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        type=Path,
        help="not available yet: the spec is checked",
    )
    forms = ("text", "json")
    parser.add_argument("--format", choices=forms, default="text", help="default: text")
    parser.add_argument(
        "--fail-on",
        choices=tuple(_LEVELS),
        default="warning",
        help="the least severe finding that makes the exit code 1",
    )


def run(arguments: argparse.Namespace, terminal: terminals.Terminal) -> int:
    """Checks, prints, and gives 1 when a finding reaches the level asked."""
    if arguments.paths:
        raise errors.InputError(
            "checking files that sightline did not build is not available yet; "
            "without a PATH the spec and its artifacts are checked"
        )
    settings = binaries.settings_from_environ(terminal.environ, {})
    report = check.check(terminal.root, settings)
    render = (
        check_formatting.render_json
        if arguments.format == "json"
        else check_formatting.render_text
    )
    terminal.out.write(render(report))
    limit = _LEVELS[arguments.fail_on]
    return 1 if any(one.severity >= limit for one in report.found) else 0
