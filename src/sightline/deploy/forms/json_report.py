"""A plan for programs."""

import json

from sightline.deploy import changes, explaining, plans

__all__ = ["render"]


def render(plan: plans.Plan) -> str:
    """Gives the plan as JSON, with a final newline.

    `changes` holds what is done and nothing else; `unchanged` is a count.
    """
    document = {
        "environment": plan.environment,
        "plan": plan.fingerprint,
        "pending": len(plan.pending),
        "drifted": len(plan.drifted),
        "unchanged": explaining.count(plan)["unchanged"],
        "changes": [_change(change) for change in plan.pending],
        "stages": [explaining.explain_stage(stage) for stage in plan.stages],
        "not_checked": [
            {"resource": str(key), "reason": reason}
            for key, reason in sorted(plan.unseen.items())
        ],
        "others": [str(key) for key in plan.others],
        "interrupted": explaining.tell_interruption(plan.interruption)
        if plan.interruption
        else None,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _change(change: changes.Pending) -> dict[str, object]:
    lines = () if isinstance(change, changes.Delete) else change.lines
    return {
        "action": explaining.action(change),
        "surface": change.identity.surface,
        "kind": change.identity.kind,
        "name": change.identity.name,
        "before": None
        if isinstance(change, changes.Create)
        else change.before.fingerprint,
        "after": None
        if isinstance(change, changes.Delete)
        else change.after.fingerprint,
        "differences": list(lines),
        "drift": list(change.drift.lines) if change.drift else None,
        "adopted": isinstance(change, changes.Update) and change.is_adopted,
        "idle": isinstance(change, changes.Update) and change.is_idle,
    }
