"""Checks files of any origin, with the policy that stands beside them."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from sightline import errors
from sightline.app.checking import fixing, reports
from sightline.checks import policies, registry, running, subjects
from sightline.formats import documents, estates, reporting, texts

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
    estate = estates.read(paths, root)
    subject = subjects.examine(estate, policy)
    return estate, running.run(registry.CHECKS, subject, today)


def _read_policy(named: Path | None, root: Path) -> policies.Policy:
    path = root / policies.FILE if named is None else named
    if named is None and not path.is_file():
        return policies.PLAIN
    reporter = reporting.Reporter("policy")
    content = documents.read_bytes(
        path, path.name, reporter, limit=documents.MAX_BYTES, hint="split it"
    )
    text = (
        None
        if content is None
        else documents.decode(content, path.name, reporter, hint="write text")
    )
    policy = policies.PLAIN
    if text is not None:
        policy, _ = policies.read(texts.Source(path.name, text), reporter)
    if reporter.findings:
        raise errors.InputError("\n".join(map(str, reporter.findings)))
    return policy
