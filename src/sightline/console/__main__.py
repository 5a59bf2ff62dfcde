"""Runs the console: `python -m sightline.console --build DIR …`."""

import argparse
import sys
from pathlib import Path

import uvicorn

from sightline import errors
from sightline.app.console import projects
from sightline.console import access, application, databases, settings


def main() -> None:
    """Serves the console on this machine until it is stopped."""
    arguments = _parser().parse_args()
    try:
        rules = _read_access(arguments)
        place = None
        if arguments.database_url:
            secret = arguments.database_password_file
            place = databases.read_place(arguments.database_url, secret)
    except errors.InputError as error:
        sys.stderr.write(f"sightline.console: {error}\n")
        sys.exit(error.exit_code)
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
        database=place,
        admission=rules,
    )
    uvicorn.run(
        application.create_application(surroundings),
        host=arguments.listen,
        port=arguments.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        ssl_certfile=arguments.certificate,
        ssl_keyfile=arguments.key,
        # The gate looks at the peer itself, never at what a header claims it is.
        proxy_headers=False,
    )


def _read_access(arguments: argparse.Namespace) -> access.Access:
    proxy = None
    if arguments.proxy_header:
        proxy = access.Proxy(
            user_header=arguments.proxy_header,
            groups_header=arguments.proxy_groups_header,
            operator_group=arguments.operator_group,
            trusted=access.parse_networks(arguments.trusted_proxy or ["127.0.0.1"]),
        )
    tokens = access.read_tokens(arguments.tokens_file) if arguments.tokens_file else {}
    rules = access.Access(
        names=frozenset(arguments.name or ()), tokens=tokens, proxy=proxy
    )
    return access.require_access(arguments.listen, rules)


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
    parser.add_argument("--database-url", metavar="URL")
    parser.add_argument("--database-password-file", type=Path, metavar="FILE")
    others = parser.add_argument_group("shown to others")
    others.add_argument("--listen", default="127.0.0.1", metavar="ADDRESS")
    others.add_argument("--name", action="append", metavar="HOST")
    others.add_argument("--tokens-file", type=Path, metavar="FILE")
    others.add_argument("--proxy-header", metavar="NAME")
    others.add_argument("--proxy-groups-header", default="", metavar="NAME")
    others.add_argument("--operator-group", default="", metavar="GROUP")
    others.add_argument("--trusted-proxy", action="append", metavar="NETWORK")
    others.add_argument("--certificate", metavar="FILE")
    others.add_argument("--key", metavar="FILE")
    return parser


if __name__ == "__main__":
    main()
