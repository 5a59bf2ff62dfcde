"""`prove`: what every alert does, shown on the real engine."""

import argparse
from pathlib import Path

from sightline.app import prove
from sightline.cli import terminals
from sightline.proofs import formatting

__all__ = ["configure", "run"]

_FORMS = {
    "text": formatting.render_text,
    "json": formatting.render_json,
    "junit": formatting.render_junit,
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    add = parser.add_argument
    paths = "files and folders of any origin; without one, what the spec builds"
    add("paths", nargs="*", metavar="PATH", type=Path, help=paths)
    add("--alert", metavar="NAME", help="prove the alerts of that name alone")
    mutants = "change every rule in small ways, and show the changes nothing notices"
    add("--mutate", action="store_true", help=mutants)
    kept = "write the scenarios as test files that a team can keep"
    add("--write", metavar="DIR", type=Path, help=kept)
    engines = ("prometheus", "victoriametrics")
    add("--engine", choices=engines, default=engines[0], help="default: prometheus")
    add("--format", choices=tuple(_FORMS), default="text", help="default: text")


def run(arguments: argparse.Namespace, terminal: terminals.Terminal) -> int:
    """Proves, prints, and gives 0 only when everything is proven."""
    request = prove.Request(
        root=terminal.root,
        paths=tuple(arguments.paths),
        alert=arguments.alert,
        has_mutants=arguments.mutate,
        written=arguments.write,
        engine=arguments.engine,
    )
    report = prove.run(request, terminal.environ)
    terminal.out.write(_FORMS[arguments.format](report))
    return 0 if report.is_ok else 1
