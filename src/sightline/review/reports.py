"""What a review says: sections of findings, tables and plots, and what is unknown.

A review measures; it does not decide. A finding therefore has the figures that speak
for it, somebody to whom it belongs, and the next step. What could not be measured is
said with the reason, and never shown as zero.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sightline.model import findings

__all__ = ["Cadence", "Chart", "Curve", "Finding", "Report", "Section", "Table"]


class Cadence(enum.Enum):
    """How often a review is held."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that somebody should do something about.

    Attributes:
        identity: the same from review to review, to tell what is new and what is done.
        subject: the rule, panel, objective or resource.
        problem: what is wrong, in a few words.
        evidence: the figures that say so.
        owner: a team; empty when nobody is named, which is a problem of its own.
        next_step: what to do first.
        source: where the figures come from, where it is not the section's source.
        diff: the change of a file that does the next step; empty without one.
    """

    identity: str
    subject: str
    problem: str
    evidence: str
    owner: str
    next_step: str
    source: str = ""
    diff: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of text under column heads; the first column names the row.

    Attributes:
        source: where the figures come from, where it is not the section's source.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A line of a chart: Unix seconds and the number then; `None` is a gap."""

    label: str
    points: Sequence[tuple[float, float | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Curves over the same time.

    Attributes:
        unit: what a number of the vertical axis counts, for people.
    """

    title: str
    unit: str
    curves: Sequence[Curve]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One chore of the maintenance calendar.

    Attributes:
        summary: the outcome in a sentence with its most important figure.
        source: where the figures come from.
        unknown: what was not measured, and why.
        figures: the few numbers that are worth comparing from review to review.
        remembered: what the same chore wants to be told the next time.
    """

    name: str
    title: str
    summary: str
    source: str
    found: Sequence[Finding] = ()
    tables: Sequence[Table] = ()
    charts: Sequence[Chart] = ()
    unknown: Sequence[findings.NotChecked] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    remembered: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole review of a period, in Unix seconds, and when it was made."""

    cadence: Cadence
    organisation: str
    time_zone: str
    start: float
    end: float
    made_at: float
    sections: Sequence[Section]
