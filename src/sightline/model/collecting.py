"""What the collectors expose for things that have no metrics of their own."""

from dataclasses import dataclass

from sightline.model import units

__all__ = ["Pace"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often a source is asked, and how long its last answer may stand.

    Attributes:
        interval: from one reading to the next; jittered.
        timeout: a reading that takes longer has failed; at most the interval.
        expires_after: a reading that could not be renewed for so long disappears.
    """

    interval: units.Duration
    timeout: units.Duration
    expires_after: units.Duration
