"""A plan for people, on a terminal."""

from collections.abc import Iterator
from typing import assert_never

from sightline.deploy import changes, explaining, plans, resources

__all__ = ["render"]

_MOST_LINES = 12


def render(plan: plans.Plan) -> str:
    """Gives the plan as lines: what changes and how, drift, and what was not seen."""
    return "".join(f"{line}\n" for line in _render(plan))


def _render(plan: plans.Plan) -> Iterator[str]:
    if plan.interruption is not None:
        yield f"⚠ {explaining.tell_interruption(plan.interruption)}"
    for change in plan.pending:
        yield from _render_change(change)
    for text in explaining.tell_unseen(plan):
        yield f"⚠ not checked: {text}"
    if plan.others:
        yield f"left alone, for it is not ours: {', '.join(map(str, plan.others))}"
    if plan.pending:
        yield ""
        yield "stages:"
        for number, stage in enumerate(plan.stages, 1):
            yield f"  {number}. {explaining.explain_stage(stage)}"
        yield ""
        print_ = plan.fingerprint[: resources.SHOWN_DIGITS]
        yield f"{explaining.summarise(plan)} (plan {print_})"
    else:
        yield explaining.summarise(plan)


def _render_change(change: changes.Pending) -> Iterator[str]:
    yield f"{_sign(change)} {change.identity}{_remark(change)}"
    if not isinstance(change, changes.Delete):
        yield from (f"    {line}" for line in _shorten(change.lines))
    if change.drift is not None:
        yield "    ! changed by hand since the last apply, and would be undone:"
        yield from (f"      ! {line}" for line in _shorten(change.drift.lines))


def _sign(change: changes.Pending) -> str:
    match change:
        case changes.Create():
            return "+"
        case changes.Update():
            return "~"
        case changes.Delete():
            return "-"
        case _:
            assert_never(change)


def _remark(change: changes.Pending) -> str:
    match change:
        case changes.Update(is_idle=True):
            return "  (written, and not in effect: will be loaded)"
        case changes.Update(is_adopted=True):
            return "  (was there before the first apply)"
        case _:
            return ""


def _shorten(lines: tuple[str, ...]) -> Iterator[str]:
    yield from lines[:_MOST_LINES]
    if len(lines) > _MOST_LINES:
        yield f"… and {len(lines) - _MOST_LINES} more"
