"""`check --scrape`: what a running process exposes, beside what the spec reads."""

import argparse
from pathlib import Path

from sightline import errors
from sightline.app.checking import reports

__all__ = ["check", "configure"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the options."""
    parser.add_argument(
        "--scrape",
        metavar="URL",
        help="the metrics page of a running service, instead of files: what it lacks",
    )
    parser.add_argument(
        "--service",
        metavar="NAME",
        help="with --scrape: the service, or the scrape job of an exporter",
    )


def check(arguments: argparse.Namespace, root: Path) -> reports.Report | None:
    """Gives what the page lacks; None when no page was asked for.

    Raises:
        InputError: an option is missing, or contradicts another.
    """
    if arguments.scrape is None:
        if arguments.service is not None:
            raise errors.InputError("--service says whose page --scrape URL is")
        return None
    if arguments.service is None:
        raise errors.InputError("--scrape needs --service NAME: whose page it is")
    others = ("paths", "fix", "policy", "baseline", "write_baseline")
    if any(getattr(arguments, name) for name in others):
        raise errors.InputError("--scrape goes with --service, --format and --fail-on")
    # Only a page needs the spec, a client and PromQL.
    import asyncio  # noqa: PLC0415

    from sightline.app.contract import checking  # noqa: PLC0415
    from sightline.spec import loading  # noqa: PLC0415

    declared = loading.require(root)
    return asyncio.run(checking.check(declared, arguments.scrape, arguments.service))
