"""`import`: a spec from a live Prometheus, rule files and dashboards."""

import argparse
import asyncio
from pathlib import Path

from sightline.app.importing import formatting, gathering, running
from sightline.cli import terminals
from sightline.clients import grafana
from sightline.model import secrets

__all__ = ["configure", "run"]

_TOKEN = "GRAFANA_TOKEN"  # noqa: S105 - the name of a variable


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds what is imported, and where to."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        type=Path,
        help="rule files and dashboards, or folders of them",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="DIR",
        type=Path,
        required=True,
        help="where the spec is written, in a folder `monitoring`",
    )
    parser.add_argument(
        "--prometheus", metavar="URL", help="a live server: its targets and rules"
    )
    parser.add_argument(
        "--grafana",
        metavar="URL",
        help=f"a live Grafana: its dashboards; its token is in ${_TOKEN}",
    )
    forms = ("text", "json")
    parser.add_argument("--format", choices=forms, default="text", help="default: text")


def run(arguments: argparse.Namespace, terminal: terminals.Terminal) -> int:
    """Imports, prints what became of it, and gives 1 when the spec has mistakes."""
    token = terminal.environ.get(_TOKEN)
    request = gathering.Request(
        paths=tuple(arguments.paths),
        prometheus_url=arguments.prometheus,
        grafana_url=arguments.grafana,
        grafana_login=grafana.Token(secrets.Secret(token)) if token else None,
    )
    result = asyncio.run(running.run(request, arguments.output))
    as_json = arguments.format == "json"
    render = formatting.render_json if as_json else formatting.render_text
    terminal.out.write(render(result))
    return 1 if result.found else 0
