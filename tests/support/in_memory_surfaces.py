"""Surfaces that are dictionaries: deployment without any server.

Each can be cut off after a number of changes, as a kill would, and edited by hand.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sightline import errors
from sightline.deploy import changes, memories, observations, plans, resources
from sightline.deploy.surfaces import protocols

__all__ = ["Killed", "MemoryJournal", "MemorySurface", "SilentWatcher", "surfaces"]


class Killed(BaseException):
    """The process ended here: nothing that follows is done, and nothing is told."""


@dataclass
class MemorySurface:
    """One surface; both a reader and a writer."""

    surface: resources.Surface
    live: dict[resources.Identity, resources.Resource] = field(default_factory=dict)
    others: tuple[resources.Identity, ...] = ()
    blind_for: str = ""
    refuses: str = ""
    changes_until_killed: int | None = None
    is_killed_before_telling: bool = False
    written: list[resources.Identity] = field(default_factory=list)

    async def observe(
        self, interest: Collection[resources.Resource]
    ) -> observations.Observation:
        if self.blind_for:
            return observations.blind(self.surface, interest, self.blind_for)
        wanted = {resource.identity for resource in interest}
        found = {key: one for key, one in self.live.items() if key in wanted}
        return observations.Observation(
            surface=self.surface, found=found, others=self.others
        )

    async def apply(
        self, pending: Sequence[changes.Pending], landed: protocols.Landed
    ) -> None:
        for change in pending:
            if self.refuses:
                raise errors.ServerUnavailable(self.refuses)
            if self.changes_until_killed == 0:
                raise Killed
            self._do(change)
            if self.changes_until_killed is not None:
                self.changes_until_killed -= 1
                if self.is_killed_before_telling and self.changes_until_killed == 0:
                    raise Killed
            landed(change.identity)

    def _do(self, change: changes.Pending) -> None:
        self.written.append(change.identity)
        if isinstance(change, changes.Delete):
            self.live.pop(change.identity, None)
        else:
            self.live[change.identity] = change.after


class MemoryJournal:
    """A ledger without a file."""

    def __init__(self) -> None:
        self.applied: dict[resources.Identity, resources.Resource] = {}
        self.intended: dict[resources.Identity, frozenset[str]] = {}
        self.finished: list[memories.State] = []
        self.failures: list[str] = []
        self._state: memories.State = {}
        self._adopted: dict[resources.Identity, resources.Resource] = {}
        self._is_running = False

    def begin(self, plan: plans.Plan) -> None:
        if not self._is_running:
            self._adopted = {}
        self._is_running = True
        self._state = plan.state
        self._adopted = {**plan.adopted, **self._adopted}
        for change in plan.pending:
            if not isinstance(change, changes.Delete):
                known = self.intended.get(change.identity, frozenset())
                self.intended[change.identity] = known | {change.after.fingerprint}

    def land(
        self, identity: resources.Identity, after: resources.Resource | None
    ) -> None:
        if after is None:
            self.applied.pop(identity, None)
        else:
            self.applied[identity] = after

    def end(self, failure: str = "") -> None:
        if failure:
            self.failures.append(failure)
            return
        self._is_running = False
        self.finished.append(self._state)
        self.applied = dict(self._state)
        self.intended = {}

    @property
    def memory(self) -> memories.Memory:
        return memories.Memory(
            applied=dict(self.applied),
            intended=dict(self.intended),
            finished=tuple(self.finished),
            adopted=dict(self._adopted) if self._state or self.finished else None,
        )


class SilentWatcher:
    """Is told, and says nothing."""

    def enter(self, number: int, total: int, stage: object) -> None:
        del number, total, stage

    def land(self, identity: resources.Identity) -> None:
        del identity


def surfaces(
    among: Iterable[MemorySurface],
    announcers: tuple[protocols.Announcer, ...] = (),
) -> protocols.Surfaces:
    by_name: Mapping[resources.Surface, MemorySurface] = {
        one.surface: one for one in among
    }
    return protocols.Surfaces(readers=by_name, writers=by_name, announcers=announcers)
