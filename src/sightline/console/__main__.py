"""Runs the console: `python -m sightline.console --build DIR …`."""

import argparse
from pathlib import Path

import uvicorn

from sightline.app.console import projects
from sightline.console import application, settings


def main() -> None:
    """Serves the console on this machine until it is stopped."""
    arguments = _parser().parse_args()
    surroundings = settings.Settings(
        build=arguments.build,
        prometheus=arguments.prometheus.rstrip("/"),
        alertmanager=arguments.alertmanager.rstrip("/"),
        inbox=arguments.inbox,
        run=arguments.run,
        project=projects.Project(arguments.project, arguments.environment)
        if arguments.project
        else None,
        proofs=arguments.proofs,
    )
    uvicorn.run(
        application.create_application(surroundings),
        host="127.0.0.1",
        port=arguments.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sightline.console", description=__doc__)
    parser.add_argument("--port", type=int, default=8484)
    parser.add_argument("--build", type=Path, required=True, metavar="DIR")
    parser.add_argument("--prometheus", required=True, metavar="URL")
    parser.add_argument("--alertmanager", required=True, metavar="URL")
    parser.add_argument("--inbox", type=Path, required=True, metavar="DIR")
    parser.add_argument("--run", type=Path, required=True, metavar="DIR")
    parser.add_argument("--project", type=Path, metavar="DIR")
    parser.add_argument("--environment", metavar="NAME")
    parser.add_argument("--proofs", type=Path, metavar="FILE")
    return parser


if __name__ == "__main__":
    main()
