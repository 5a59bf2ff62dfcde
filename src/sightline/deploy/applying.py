"""Does the stages of a plan, looks before each, and says how far it came."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, assert_never

from sightline import errors
from sightline.deploy import (
    changes,
    explaining,
    observations,
    plans,
    resources,
    stages,
)
from sightline.deploy.surfaces import protocols

__all__ = ["Journal", "Report", "Watcher", "apply"]


class Journal(Protocol):
    """Keeps what an apply does, so that another can go on where it ended."""

    def begin(self, plan: plans.Plan) -> None:
        """Keeps what is going to be done, before anything is."""
        ...

    def land(
        self, identity: resources.Identity, after: resources.Resource | None
    ) -> None:
        """Keeps that a resource is now `after`, or that it is gone."""
        ...

    def end(self, failure: str = "") -> None:
        """Keeps that everything is done, or why not."""
        ...


class Watcher(Protocol):
    """Is told how an apply gets on."""

    def enter(self, number: int, total: int, stage: stages.Stage) -> None:
        """A stage begins; the first has the number 1."""
        ...

    def land(self, identity: resources.Identity) -> None:
        """A change is done."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an apply did.

    Attributes:
        landed: the changes that are done now.
        warnings: what did not work and keeps nothing from working.
    """

    landed: tuple[resources.Identity, ...]
    warnings: tuple[str, ...] = ()


async def apply(
    plan: plans.Plan,
    surfaces: protocols.Surfaces,
    journal: Journal,
    watcher: Watcher,
) -> Report:
    """Does the plan's stages in their order.

    Raises:
        errors.SightlineError: a surface would refuse its part; nothing was changed.
        errors.StageFailed: a stage could not be done; the message says what is done,
            what is not, and how to go on.
        errors.LiveChanged: somebody changed a resource since it was planned; nothing
            of that stage was written.
    """
    run = _Run(plan=plan, surfaces=surfaces, journal=journal, watcher=watcher)
    if not plan.stages:
        return Report(landed=())
    await _judge(plan, surfaces)
    journal.begin(plan)
    try:
        for number, stage in enumerate(plan.stages, 1):
            watcher.enter(number, len(plan.stages), stage)
            await run.do(stage)
    except errors.SightlineError as error:
        journal.end(_first_line(error))
        raise run.fail(error) from error
    return Report(landed=tuple(run.landed), warnings=tuple(run.warnings))


async def _judge(plan: plans.Plan, surfaces: protocols.Surfaces) -> None:
    """Returns when no surface would refuse its part; nothing is changed before that."""
    for surface, judge in surfaces.judges.items():
        asked = [one for one in plan.pending if one.identity.surface == surface.value]
        if asked:
            await judge.judge(asked)


class _Run:
    """One apply while it runs."""

    def __init__(
        self,
        *,
        plan: plans.Plan,
        surfaces: protocols.Surfaces,
        journal: Journal,
        watcher: Watcher,
    ) -> None:
        self._plan = plan
        self._surfaces = surfaces
        self._journal = journal
        self._watcher = watcher
        self.landed: list[resources.Identity] = []
        self.warnings: list[str] = []

    async def do(self, stage: stages.Stage) -> None:
        match stage:
            case stages.Write() | stages.Remove():
                await self._change(stage)
            case stages.Announce():
                await self._announce()
            case stages.Finish():
                self._journal.end()
            case _:
                assert_never(stage)

    async def _change(self, stage: stages.Write | stages.Remove) -> None:
        reader = self._surfaces.readers[stage.surface]
        look = await reader.observe(
            [
                one.before if isinstance(one, changes.Delete) else one.after
                for one in stage.changes
            ]
        )
        if look.unseen:
            identity, reason = next(iter(look.unseen.items()))
            raise errors.ServerUnavailable(f"{identity} cannot be seen: {reason}")
        fresh = _refresh(stage.changes, look)
        done = {one.identity: one for one in fresh}
        for one in stage.changes:
            if one.identity not in done:
                # Done already, by an apply that ended before it could write it down.
                self._land(one)
        if fresh:
            await self._surfaces.writers[stage.surface].apply(
                fresh, lambda identity: self._land(done[identity])
            )
            await self._read_back(fresh, reader)

    async def _read_back(
        self, made: Sequence[changes.Pending], reader: protocols.Reader
    ) -> None:
        """Says where what is there is not what was written, for whatever reason.

        A server may bring what it is given into another form, or a hand or another
        tool may have come between: the next plan shows that again.
        """
        written = [one for one in made if not isinstance(one, changes.Delete)]
        look = await reader.observe([one.after for one in written])
        told = (explaining.tell_read_back(one, look) for one in written)
        self.warnings += filter(None, told)

    def _land(self, change: changes.Pending) -> None:
        after = None if isinstance(change, changes.Delete) else change.after
        self._journal.land(change.identity, after)
        self.landed.append(change.identity)
        self._watcher.land(change.identity)

    async def _announce(self) -> None:
        text = explaining.summarise(self._plan)
        for announcer in self._surfaces.announcers:
            try:
                await announcer.announce(text)
            except errors.SightlineError as error:
                self.warnings.append(f"the deployment was not marked: {error}")

    def fail(self, error: errors.SightlineError) -> errors.SightlineError:
        """Gives the error with what is done, what is not, and how to go on."""
        missing = [
            change.identity
            for change in self._plan.pending
            if change.identity not in self.landed
        ]
        text = "\n".join(_tell_failure(error, self.landed, missing))
        if isinstance(error, errors.LiveChanged):
            return errors.LiveChanged(text)
        return errors.StageFailed(text)


def _refresh(
    planned: Sequence[changes.Pending], look: observations.Observation
) -> list[changes.Pending]:
    """Gives the changes with what is live now; without those that are done already.

    Raises:
        errors.LiveChanged: something is neither as it was planned nor as it shall be.
    """
    fresh: list[changes.Pending] = []
    conflicts: list[str] = []
    for change in planned:
        live = look.found.get(change.identity)
        if _is_done(change, live) and change.identity not in look.idle:
            continue
        if not _is_done(change, live) and not _is_as_planned(change, live):
            conflicts.append(explaining.tell_conflict(change, live))
        fresh.append(_with_live(change, live))
    if conflicts:
        listed = "\n    ".join(conflicts)
        raise errors.LiveChanged(
            "changed by somebody since the plan was made, and left alone:\n"
            f"    {listed}"
        )
    return fresh


def _is_done(change: changes.Pending, live: resources.Resource | None) -> bool:
    match change:
        case changes.Create(after=after) | changes.Update(after=after):
            return live is not None and live.fingerprint == after.fingerprint
        case changes.Delete():
            return live is None


def _is_as_planned(change: changes.Pending, live: resources.Resource | None) -> bool:
    match change:
        case changes.Create():
            return live is None
        case changes.Update(before=before) | changes.Delete(before=before):
            return live is not None and live.fingerprint == before.fingerprint


def _with_live(
    change: changes.Pending, live: resources.Resource | None
) -> changes.Pending:
    """Gives the change with the revision that was found a moment ago."""
    match change, live:
        case changes.Create(after=after), resources.Resource():
            return changes.Update(before=live, after=after, lines=(), is_idle=True)
        case (changes.Update() | changes.Delete()) as found, resources.Resource():
            return replace(found, before=live)
        case _:
            return change


def _first_line(error: errors.SightlineError) -> str:
    return str(error).partition("\n")[0]


def _tell_failure(
    error: errors.SightlineError,
    landed: Collection[resources.Identity],
    missing: Collection[resources.Identity],
) -> Iterator[str]:
    yield str(error)
    yield f"done ({len(landed)}):"
    yield from _list(landed)
    yield f"not done ({len(missing)}):"
    yield from _list(missing)
    yield (
        "how to go on: mend what is said above, then run the same command again: it"
        " plans anew and does what is not done; `--rollback` goes back instead"
    )


def _list(identities: Collection[resources.Identity]) -> Iterator[str]:
    shown = list(identities)[:_MOST_LISTED]
    yield from (f"    {identity}" for identity in shown)
    if len(identities) > len(shown):
        yield f"    … and {len(identities) - len(shown)} more"
    if not identities:
        yield "    nothing"


_MOST_LISTED = 20
