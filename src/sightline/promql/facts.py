"""What is known of the result of an expression, or of any part of it."""

import enum
from dataclasses import dataclass, replace
from typing import Final

from sightline.promql import catalogue, dimensions, intervals, labelsets

__all__ = [
    "OTHERS",
    "Comparison",
    "Fact",
    "Join",
    "Presence",
    "Scalar",
    "Text",
    "Vector",
]


OTHERS: Final = "…"
"""Stands for the labels that a catalogue does not know."""


class Presence(enum.Enum):
    """Whether there is a result.

    What comes from series is `SOMETIMES` there: a target can always be gone.
    """

    NEVER = "never"
    SOMETIMES = "sometimes"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A number without labels.

    Attributes:
        unit: `None` when it is not known; a plain number fits every unit.
    """

    interval: intervals.Interval
    unit: dimensions.Unit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """Series, or with a range the samples of series.

    Everything holds for every result that any data can give, if the catalogue is
    right: no series has a label that `labels` excludes or a value outside `interval`.

    Attributes:
        kind: `COUNTER` as long as it is a raw count since the start of a process.
        bucket_unit: of the bounds in its label `le`.
        unknown: the metrics in it that the catalogue does not know. What is said of
            `labels` and `interval` holds nevertheless; what is not said may be so.
    """

    labels: labelsets.LabelSet
    interval: intervals.Interval
    presence: Presence = Presence.SOMETIMES
    kind: catalogue.Kind = catalogue.Kind.GAUGE
    unit: dimensions.Unit | None = None
    bucket_unit: dimensions.Unit | None = None
    unknown: frozenset[str] = frozenset()

    @property
    def is_known(self) -> bool:
        """The catalogue knows every metric in it."""
        return not self.unknown

    def without_name(self) -> "Vector":
        """Gives it without the metric's name, as most functions leave it."""
        labels = self.labels.drop([labelsets.METRIC_NAME])
        return self if labels is self.labels else replace(self, labels=labels)


Fact = Scalar | Text | Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How a comparison can turn out, and what meets in it.

    `outcome` is about the numbers alone: where series never find a partner, nothing
    is compared at all (see `Join`).
    """

    outcome: intervals.Outcome
    left: intervals.Interval
    right: intervals.Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """How the series of two vectors find partners.

    Attributes:
        labels: those by which partners are found; `None` for all but `ignored`.
        ignored: the labels that do not count, where `labels` is `None`.
        blockers: labels in which no series of one side can equal one of the other;
            with one of them nothing ever matches.
        ambiguous: labels in which series of a side that must be unique can differ
            while all that count are equal: where there are two such series, the
            query fails. `OTHERS` is among them where there may be labels that
            nobody knows.
    """

    labels: tuple[str, ...] | None
    ignored: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()

    @property
    def never_matches(self) -> bool:
        """No series of one side can ever find a partner on the other."""
        return bool(self.blockers)
