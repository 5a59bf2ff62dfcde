"""Says what a plan does; it is given nothing that can write."""

from collections.abc import Iterator
from typing import Final, assert_never

from sightline.deploy import (
    changes,
    differences,
    memories,
    observations,
    plans,
    resources,
    stages,
)

__all__ = [
    "action",
    "count",
    "explain_stage",
    "summarise",
    "tell_conflict",
    "tell_interruption",
    "tell_read_back",
    "tell_unseen",
]


def count(plan: plans.Plan) -> dict[str, int]:
    """Gives how many resources are created, updated, deleted and unchanged."""
    counted = {"create": 0, "update": 0, "delete": 0, "unchanged": 0}
    for change in plan.changes:
        counted[action(change)] += 1
    return counted


def action(change: changes.Change) -> str:
    """Gives the word for what is done."""
    match change:
        case changes.Create():
            return "create"
        case changes.Update():
            return "update"
        case changes.Delete():
            return "delete"
        case changes.Unchanged():
            return "unchanged"
        case _:
            assert_never(change)


def summarise(plan: plans.Plan) -> str:
    """Gives the plan in a line; what could not be seen is counted apart."""
    counted = count(plan)
    told = [
        f"{counted[word]} to {word}"
        for word in ("create", "update", "delete")
        if counted[word]
    ]
    told += [f"{counted['unchanged']} unchanged"] if counted["unchanged"] else []
    told += [f"{len(plan.unseen)} not checked"] if plan.unseen else []
    return f"{plan.environment}: {', '.join(told) or 'nothing is declared'}"


def explain_stage(stage: stages.Stage) -> str:
    """Gives a stage in a line."""
    match stage:
        case stages.Write():
            what = _list_kinds(stage.changes)
            return f"write to {stage.surface.value} ({stage.phase.label}): {what}"
        case stages.Remove():
            what = _list_kinds(stage.changes)
            return f"remove from {stage.surface.value} ({stage.phase.label}): {what}"
        case stages.Announce():
            return "mark the deployment on the dashboards, where there is a Grafana"
        case stages.Finish():
            return "close the apply in the ledger"
        case _:
            assert_never(stage)


def tell_conflict(change: changes.Change, live: resources.Resource | None) -> str:
    """Gives what a resource was when it was planned, and what it is."""
    now = "gone" if live is None else live.fingerprint[: resources.SHOWN_DIGITS]
    match change:
        case changes.Create():
            return f"{change.identity}: planned as new, now there as {now}"
        case changes.Update(before=before) | changes.Delete(before=before):
            then = before.fingerprint[: resources.SHOWN_DIGITS]
            return f"{change.identity}: planned from {then}, now {now}"
        case changes.Unchanged():
            return f"{change.identity}: planned as it is, now {now}"
        case _:
            assert_never(change)


def tell_read_back(change: changes.Writing, look: observations.Observation) -> str:
    """Gives how what is there differs from what was written; empty where it does not.

    Args:
        change: was made a moment ago.
        look: at what it made, after that.
    """
    written, found = change.after, look.found.get(change.identity)
    if reason := look.unseen.get(change.identity):
        return f"{change.identity} was written and cannot be read back: {reason}"
    if found is None:
        return f"{change.identity} was written and is not there"
    if found.fingerprint == written.fingerprint:
        return ""
    lines = differences.describe(written, found)
    told = "; ".join(lines[:_MOST_LINES])
    more = f"; and {len(lines) - _MOST_LINES} more" if len(lines) > _MOST_LINES else ""
    return (
        f"{change.identity} was written and reads back with a difference: {told}{more}"
    )


_MOST_LINES: Final = 5


def _list_kinds(listed: tuple[changes.Writing | changes.Delete, ...]) -> str:
    kinds: dict[str, int] = {}
    for change in listed:
        kinds[change.identity.kind] = kinds.get(change.identity.kind, 0) + 1
    return ", ".join(_name_kinds(kinds))


def _name_kinds(kinds: dict[str, int]) -> Iterator[str]:
    for kind, number in sorted(kinds.items()):
        yield kind if number == 1 else f"{number} of {kind}"


def tell_unseen(plan: plans.Plan) -> Iterator[str]:
    """Yields what could not be seen, once for each reason."""
    by_reason: dict[tuple[str, str], int] = {}
    for identity, reason in plan.unseen.items():
        key = (identity.surface, reason)
        by_reason[key] = by_reason.get(key, 0) + 1
    for (surface, reason), number in sorted(by_reason.items()):
        noun = "resource" if number == 1 else "resources"
        yield f"{surface} ({number} {noun}): {reason}"


def tell_interruption(past: memories.Interruption) -> str:
    """Gives how the last apply ended before it was done."""
    when = past.at.strftime("%Y-%m-%d %H:%M:%S %Z")
    how = f"failed ({past.failure})" if past.failure else "was interrupted"
    return (
        f"the apply of {past.who} at {when} {how} after {past.landed} of {past.total}"
        " changes; another apply goes on from there"
    )
