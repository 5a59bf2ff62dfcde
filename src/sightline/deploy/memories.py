"""What is remembered of earlier applies; see `ledgers` for where it is kept."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sightline.deploy import resources

__all__ = ["Interruption", "Memory", "State"]

State = Mapping[resources.Identity, resources.Resource]
"""Everything that is deployed to an environment, by identity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """An apply that began and did not finish.

    Attributes:
        failure: why it ended; empty when it was killed and could not say.
        landed: how many of its `total` changes were done.
    """

    who: str
    at: dt.datetime
    landed: int
    total: int
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What is known of the past of an environment.

    Attributes:
        applied: what was written last, by resource; it is ours.
        intended: fingerprints that an unfinished apply meant to write, and may have:
            whoever finds them finds our work, not that of a hand.
        finished: the states of the applies that finished, oldest first.
        adopted: what the last apply found and took over; `None` when that is unknown.
        interruption: set when the last apply did not finish.
    """

    applied: State = field(default_factory=dict)
    intended: Mapping[resources.Identity, frozenset[str]] = field(default_factory=dict)
    finished: tuple[State, ...] = ()
    adopted: State | None = None
    interruption: Interruption | None = None

    def is_known(self, found: resources.Resource) -> bool:
        """Whether we wrote exactly this, as far as is remembered."""
        applied = self.applied.get(found.identity)
        return (
            applied is not None and applied.fingerprint == found.fingerprint
        ) or found.fingerprint in self.intended.get(found.identity, ())

    @property
    def way_back(self) -> State | None:
        """What a roll-back goes to; `None` when there is nothing to go back to.

        After an apply that did not finish, that is the last state that did; otherwise
        the state before the last; before the first one, what was there. What the last
        apply took over is in it as it was found.
        """
        skipped = 0 if self.interruption else 1
        states = self.finished[: len(self.finished) - skipped]
        if self.adopted is None:
            return states[-1] if states else None
        return {**self.adopted, **(states[-1] if states else {})}
