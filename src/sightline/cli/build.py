"""`build`: writes the artifacts of one environment."""

import argparse
from pathlib import Path

from sightline import errors
from sightline.app import build, environments
from sightline.cli import terminals
from sightline.spec import loading

__all__ = ["configure", "run"]

_ALL = "all"


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    parser.add_argument(
        "-o",
        "--output",
        metavar="DIR",
        type=Path,
        help="default: build/ in the project",
    )
    parser.add_argument(
        "--target",
        choices=(_ALL, *(target.value for target in build.Target)),
        default=_ALL,
        help="the part to build (default: all)",
    )
    parser.add_argument(
        "--env", metavar="NAME", help="default: the first environment of the spec"
    )


def run(arguments: argparse.Namespace, terminal: terminals.Terminal) -> int:
    """Builds, writes, and prints the path of every file."""
    declared = loading.require(terminal.root)
    environment = environments.choose(declared, arguments.env)
    targets = (
        tuple(build.Target)
        if arguments.target == _ALL
        else (build.Target(arguments.target),)
    )
    directory = arguments.output or terminal.root / "build"
    built = build.build(declared, environment, targets)
    if not built:
        raise errors.InputError(
            f"{environment.name} has no `kubernetes` in the spec, which --target"
            f" {arguments.target} is made for"
        )
    try:
        build.write(built, directory)
    except OSError as error:
        raise errors.EnvironmentFailed(
            f"cannot write the build to {str(directory)!r}: {error.strerror}; "
            "choose another folder with -o"
        ) from error
    for artifact in built:
        print(directory / artifact.path, file=terminal.out)
    print(f"{len(built)} files for {environment.name}", file=terminal.err)
    if environment.place.kubernetes is None and arguments.target == _ALL:
        print(
            "not built: kubernetes and helm, for there is no cluster", file=terminal.err
        )
    return 0
