"""Runs the collectors that a spec declares, as a service."""

import functools
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sightline import errors
from sightline.app.collecting import plans, serving
from sightline.spec import loading, settings
from sightline.stack import layout

__all__ = ["Request", "run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to collect, and by which settings.

    Attributes:
        root: the folder of the spec.
        config: the settings; `None` means those that the local stack wrote.
    """

    root: Path
    config: Path | None


def run(request: Request, say: Callable[[str], None]) -> None:
    """Collects until SIGTERM or Ctrl-C.

    Raises:
        InputError: the spec or the settings have mistakes.
        PortTaken: somebody else listens there.
    """
    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.WARNING)
    file = _find_settings(request)
    read = settings.require(file)
    planned = _plan(request.root, file)
    say(f"collecting from {len(planned)} sources; metrics at {read.listen}/metrics")
    serving.serve(planned, read.listen, functools.partial(_plan, request.root, file))


def _plan(root: Path, file: Path) -> Mapping[str, plans.Planned]:
    declared = loading.require(root)
    read = settings.require(file)
    if read.environment not in declared.environments:
        raise errors.InputError(
            f"{file}: expected an environment of the spec, found {read.environment!r};"
            f" known: {', '.join(declared.environments)}"
        )
    return plans.plan(declared.collection, read)


def _find_settings(request: Request) -> Path:
    if request.config is not None:
        return request.config
    written = layout.Layout.of_project(request.root).collector_settings
    if not written.is_file():
        raise errors.InputError(
            "expected settings for the collectors: give them with --config FILE;"
            " the local stack writes its own at ./sightline up"
        )
    return written
