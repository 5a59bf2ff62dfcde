"""What `check` has found, ready to be shown in any form."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from sightline.app.checking import baselines
from sightline.checks import running
from sightline.formats import texts
from sightline.model import findings

__all__ = ["Report", "merge", "without"]

Quote = Callable[[findings.Finding], str]
"""Gives the line that a finding is about; empty when nobody has it."""


def _no_quote(finding: findings.Finding) -> str:
    del finding
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything found, and everything that was not looked at.

    Attributes:
        borne: how many findings comments, policies and baselines bear for a while.
        quote: gives the line that a finding is about.
    """

    found: tuple[findings.Finding, ...]
    not_checked: tuple[findings.NotChecked, ...]
    borne: int = 0
    quote: Quote = field(default=_no_quote, compare=False, repr=False)


def merge(
    reports: Iterable[Report | running.Report], sources: Iterable[texts.Source]
) -> Report:
    """Gives all that several reports say, once.

    Args:
        reports: in the order in which they are to be shown.
        sources: the texts that findings point into.
    """
    held = tuple(reports)
    by_file = {source.file: source for source in sources}

    def quote(finding: findings.Finding) -> str:
        source = by_file.get(finding.span.file)
        return "" if source is None else source.line(finding.span.line)

    return Report(
        found=tuple(dict.fromkeys(one for report in held for one in report.found)),
        not_checked=tuple(
            dict.fromkeys(one for report in held for one in report.not_checked)
        ),
        borne=sum(report.borne for report in held),
        quote=quote,
    )


def without(report: Report, known: Counter[tuple[str, str, str]]) -> Report:
    """Gives the report without findings that a baseline knows."""
    new = baselines.subtract(report.found, known)
    borne = report.borne + len(report.found) - len(new)
    return replace(report, found=new, borne=borne)
