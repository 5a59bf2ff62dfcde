"""A plan: every change that leads from what is live to what is wanted."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from sightline.deploy import changes as change_model
from sightline.deploy import memories, resources, stages

__all__ = ["Plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an apply would do, and what could not be seen.

    Attributes:
        environment: by name.
        state: what is deployed when all of it is done.
        changes: one for each resource, in the order of their identities.
        unseen: resources of which nothing is known, with the reason.
        others: resources that are somebody else's; they are left alone.
        adopted: what is taken over as it was found: a roll-back puts it back.
        is_recorded: the ledger says already that all of `state` is deployed.
        interruption: the apply before this one, when it did not finish.
    """

    environment: str
    state: memories.State
    changes: tuple[change_model.Change, ...]
    unseen: Mapping[resources.Identity, str] = field(default_factory=dict)
    others: tuple[resources.Identity, ...] = ()
    adopted: memories.State = field(default_factory=dict)
    is_recorded: bool = True
    interruption: memories.Interruption | None = None

    @property
    def pending(self) -> tuple[change_model.Pending, ...]:
        """The changes that do something."""
        return tuple(
            one for one in self.changes if not isinstance(one, change_model.Unchanged)
        )

    @property
    def drifted(self) -> tuple[change_model.Pending, ...]:
        """The changes that would undo what somebody did by hand."""
        return tuple(one for one in self.pending if one.drift is not None)

    @property
    def stages(self) -> tuple[stages.Stage, ...]:
        """The steps of an apply, in their order."""
        return stages.derive(self.changes, is_recorded=self.is_recorded)

    @property
    def fingerprint(self) -> str:
        """What tells this plan from any other: the same changes of the same things."""
        lines = sorted(_describe(change) for change in self.pending)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _describe(change: change_model.Pending) -> str:
    before = (
        "" if isinstance(change, change_model.Create) else change.before.fingerprint
    )
    after = "" if isinstance(change, change_model.Delete) else change.after.fingerprint
    return f"{change.identity}\0{before}\0{after}"
