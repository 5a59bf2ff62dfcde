"""What `check` is asked for, and who answers it: the spec's checks or the files'."""

import contextlib
import datetime as dt
import gc
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sightline import errors
from sightline.app.checking import baselines, files, reports

__all__ = ["Request", "answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for.

    Attributes:
        paths: files and folders; without one, the spec and what it builds.
        is_fixing: make the changes that are mechanical and safe.
        policy: what is known beside the files.
        baseline: findings to leave out.
        is_new_baseline: write what is found to `baseline` first.
        environment: whose artifacts are checked, without paths; the first without it.
    """

    paths: tuple[Path, ...]
    is_fixing: bool
    policy: Path | None
    baseline: Path | None
    is_new_baseline: bool
    environment: str | None


def answer(
    request: Request, root: Path, environ: Mapping[str, str], today: dt.date
) -> reports.Report:
    """Gives what is found, without what the baseline knows.

    Args:
        request: what is asked for.
        root: of the project, whose spec is checked without paths.
        environ: says where the official tools are.
        today: decides which suppressions still hold.

    Raises:
        errors.InputError: when the request makes no sense, or a file is missing.
    """
    if request.is_new_baseline and request.baseline is None:
        raise errors.InputError("--write-baseline needs --baseline FILE to write to")
    with _without_collecting():
        report = _find(request, root, environ, today)
    if request.baseline is None:
        return report
    if request.is_new_baseline:
        baselines.write(report.found, request.baseline)
    return reports.without(report, baselines.read(request.baseline))


@contextlib.contextmanager
def _without_collecting() -> Iterator[None]:
    """Leaves the garbage where it is: a check makes few cycles and ends soon.

    Looking for them again and again, while ever more facts are kept, costs a fifth.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _find(
    request: Request, root: Path, environ: Mapping[str, str], today: dt.date
) -> reports.Report:
    if request.paths:
        return files.check(
            request.paths,
            Path.cwd(),
            today,
            policy_file=request.policy,
            is_fixing=request.is_fixing,
        )
    if request.is_fixing or request.policy is not None:
        raise errors.InputError("--fix and --policy are about files: give a PATH")
    # A spec needs pydantic and the compilers; files alone do not wait for them.
    from sightline.app.checking import spec  # noqa: PLC0415

    return spec.check(root, environ, today, request.environment)
