"""A spec on disk → the model, or everything that is wrong with it."""

from dataclasses import dataclass
from pathlib import Path

from sightline import errors
from sightline.formats import reporting
from sightline.model import findings, monitoring
from sightline.spec import documents, sections
from sightline.spec.resolve import whole

__all__ = ["Loaded", "load", "require", "resolve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a spec came to: the model, or the findings that stand in its way."""

    monitoring: monitoring.Monitoring | None
    findings: tuple[findings.Finding, ...]


def load(root: Path) -> Loaded:
    """Reads the spec in the directory `monitoring/` of `root`.

    Every mistake of every file is among the findings; none raises.
    """
    reporter = reporting.Reporter("spec")
    return resolve(documents.read(root, reporter), reporter)


def require(root: Path) -> monitoring.Monitoring:
    """Gives the model of the spec in `root`.

    Raises:
        errors.SpecInvalid: when the spec has findings; it carries them all.
    """
    loaded = load(root)
    if loaded.monitoring is None:
        raise errors.SpecInvalid(loaded.findings)
    return loaded.monitoring


def resolve(sources: documents.Sources, reporter: reporting.Reporter) -> Loaded:
    """Gives the model of files that are read already; touches no disk.

    Args:
        sources: the files.
        reporter: has what went wrong while they were read.
    """
    model = whole.resolve(sections.collect(sources, reporter), sources, reporter)
    found = reporter.findings
    return Loaded(monitoring=None if found else model, findings=found)
