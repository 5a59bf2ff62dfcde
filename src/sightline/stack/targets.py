"""The target files of Prometheus: what is scraped, kept in step with what runs."""

import json
from collections.abc import Iterable
from pathlib import Path

from sightline.model import components
from sightline.stack import files

__all__ = ["render_targets", "write_targets"]


def render_targets(targets: Iterable[components.ScrapeTarget]) -> str:
    """Writes the content of one target file, sorted, with a final newline."""
    groups = [
        {"labels": dict(sorted(target.labels.items())), "targets": [target.address]}
        for target in targets
    ]
    groups.sort(key=lambda group: json.dumps(group, sort_keys=True))
    return json.dumps(groups, indent=2) + "\n"


def write_targets(
    folder: Path,
    shown: Iterable[components.Component],
    withdrawn: Iterable[components.Component] = (),
) -> None:
    """Writes one file per job; a job of withdrawn components only gets no targets.

    A file that is right already is left alone, so that Prometheus reads nothing anew.
    """
    jobs: dict[str, list[components.ScrapeTarget]] = {
        target.job: [] for component in withdrawn for target in component.targets
    }
    for component in shown:
        for target in component.targets:
            jobs.setdefault(target.job, []).append(target)
    for job, targets in jobs.items():
        path, text = folder / f"{job}.json", render_targets(targets)
        if not path.is_file() or path.read_text("utf-8") != text:
            files.write_atomically(path, text)
