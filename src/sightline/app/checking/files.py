"""Checks files of any origin, with the policy that stands beside them."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from sightline import errors
from sightline.app.checking import fixing, reports
from sightline.checks import policies, registry, running, subjects
from sightline.formats import documents, estates, reporting, texts
from sightline.promql import catalogue, exposition, metrics_page

__all__ = ["check"]


def check(
    paths: Sequence[Path],
    root: Path,
    today: dt.date,
    *,
    policy_file: Path | None = None,
    is_fixing: bool = False,
) -> reports.Report:
    """Gives what is wrong with the files at `paths`.

    Args:
        paths: files and folders.
        root: the folder from which paths are shown.
        today: decides which suppressions still hold.
        policy_file: what is known beside the files; without one, the file of the
            usual name in `root`, where there is one.
        is_fixing: makes the changes that are mechanical and safe, and then reports
            what is left.

    Raises:
        errors.InputError: when a path does not exist, or the policy is wrong.
    """
    policy = _read_policy(policy_file, root)
    estate, judged = _judge(paths, root, today, policy)
    if is_fixing and fixing.apply(judged.found, root):
        estate, judged = _judge(paths, root, today, policy)
    return reports.merge([judged], estate.sources)


def _judge(
    paths: Sequence[Path], root: Path, today: dt.date, policy: policies.Policy
) -> tuple[estates.Estate, running.Report]:
    estate = estates.read(paths, root, ignored={policies.FILE})
    subject = subjects.examine(estate, policy)
    return estate, running.run(registry.CHECKS, subject, today)


def _read_policy(named: Path | None, root: Path) -> policies.Policy:
    path = root / policies.FILE if named is None else named
    if named is None and not path.is_file():
        return policies.PLAIN
    reporter = reporting.Reporter("policy")
    text = _read_text(path, reporter)
    policy, elsewhere = policies.read(
        texts.Source(path.name, "" if text is None else text),
        reporter,
        {check.name for check in registry.CHECKS},
    )
    known = policy.metrics
    for pattern in elsewhere.pages:
        known |= _read_pages(path.parent, pattern, reporter)
    runbooks = [
        page.stem
        for pattern in elsewhere.runbooks
        for page in _find_files(path.parent, pattern, reporter)
    ]
    if reporter.findings:
        raise errors.InputError("\n".join(map(str, reporter.findings)))
    return dataclasses.replace(
        policy,
        metrics=known,
        runbooks=frozenset(runbooks) if elsewhere.runbooks else None,
    )


def _read_pages(
    folder: Path, pattern: texts.Text, reporter: reporting.Reporter
) -> catalogue.Catalogue:
    """Gives what the metrics pages at a pattern expose."""
    known = catalogue.EMPTY
    for path in _find_files(folder, pattern, reporter):
        text = _read_text(path, reporter)
        if text is None:
            continue
        try:
            known |= exposition.read_exposition(text, origin=f"page {path.name}")
        except metrics_page.InvalidPage as error:
            reporter.error("type", pattern.span, str(error))
    return known


def _find_files(
    folder: Path, pattern: texts.Text, reporter: reporting.Reporter
) -> list[Path]:
    """Gives the files at a pattern; that there is none is reported."""
    try:
        paths = sorted(folder.glob(pattern.text))
    except (ValueError, NotImplementedError):  # an empty pattern, an absolute one
        paths = []
    if not paths:
        reporter.error(
            "missing",
            pattern.span,
            f"expected files beside the policy, found none at {pattern.text!r}",
        )
    return paths


def _read_text(path: Path, reporter: reporting.Reporter) -> str | None:
    content = documents.read_bytes(
        path, path.name, reporter, limit=documents.MAX_BYTES, hint="split it"
    )
    if content is None:
        return None
    return documents.decode(content, path.name, reporter, hint="write text")
