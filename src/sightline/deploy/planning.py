"""Three states of every resource, last applied, live and wanted, make a plan."""

from collections.abc import Collection, Iterator, Mapping

from sightline.deploy import (
    changes,
    differences,
    memories,
    observations,
    plans,
    resources,
)

__all__ = ["interest", "make_plan"]

_GONE = "it was deleted"


def interest(
    wanted: memories.State, memory: memories.Memory
) -> tuple[resources.Resource, ...]:
    """Gives the resources to look for: the wanted ones, and what we applied before."""
    return tuple({**memory.applied, **wanted}.values())


def make_plan(
    environment: str,
    wanted: memories.State,
    seen: Collection[observations.Observation],
    memory: memories.Memory,
) -> plans.Plan:
    """Gives the plan that leads from what was seen to what is wanted.

    Args:
        environment: by name.
        wanted: everything that is to be there.
        seen: one observation of each surface.
        memory: what earlier applies did.
    """
    found = {key: one for look in seen for key, one in look.found.items()}
    unseen = {key: why for look in seen for key, why in look.unseen.items()}
    ours = memory.applied.keys() | {key for look in seen for key in look.ours}
    idle = {key for look in seen for key in look.idle}
    planned = (
        *_write(wanted, found, memory, idle=idle, unseen=unseen.keys()),
        *(
            changes.Delete(before=found[key], drift=_drift(found[key], memory))
            for key in ours - wanted.keys()
            if key in found
        ),
    )
    return plans.Plan(
        environment=environment,
        state=wanted,
        changes=tuple(sorted(planned, key=lambda change: change.identity)),
        unseen=unseen,
        others=tuple(sorted(key for look in seen for key in look.others)),
        adopted={
            key: found[key]
            for key in wanted
            if key in found
            and key not in memory.applied
            and not memory.is_known(found[key])
        },
        is_recorded=memory.interruption is None and memory.applied == dict(wanted),
        interruption=memory.interruption,
    )


def _write(
    wanted: memories.State,
    found: Mapping[resources.Identity, resources.Resource],
    memory: memories.Memory,
    *,
    idle: Collection[resources.Identity],
    unseen: Collection[resources.Identity],
) -> Iterator[changes.Change]:
    for key, resource in wanted.items():
        live = found.get(key)
        if key in unseen:
            continue
        if live is None:
            was_there = key in memory.applied
            yield changes.Create(
                after=resource,
                lines=differences.describe_new(resource),
                drift=changes.Drift(lines=(_GONE,)) if was_there else None,
            )
        elif live.fingerprint == resource.fingerprint and key not in idle:
            yield changes.Unchanged(resource=live)
        else:
            yield _update(live, resource, memory, is_idle=key in idle)


def _update(
    live: resources.Resource,
    wanted: resources.Resource,
    memory: memories.Memory,
    *,
    is_idle: bool,
) -> changes.Update:
    is_same = live.fingerprint == wanted.fingerprint
    return changes.Update(
        before=live,
        after=wanted,
        lines=differences.describe(live, wanted),
        # What is as wanted needs nobody's leave to be, whoever made it so.
        drift=None if is_same else _drift(live, memory),
        is_adopted=not is_same
        and live.identity not in memory.applied
        and not memory.is_known(live),
        is_idle=is_idle and is_same,
    )


def _drift(live: resources.Resource, memory: memories.Memory) -> changes.Drift | None:
    """Gives what a hand changed; `None` when we wrote it, or nobody knows who did."""
    applied = memory.applied.get(live.identity)
    if applied is None or memory.is_known(live):
        return None
    return changes.Drift(lines=differences.describe(applied, live))
