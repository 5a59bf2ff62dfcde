"""Levels, and what objectives are judged by, as coloured thresholds.

The numbers are those of the alerts and of the policy; none is written for a panel.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sightline.model import budgets, dashboards, signals, slos

__all__ = ["Step", "compile_scale", "compile_steps"]

_CALM = "green"
_NORMAL_COUNT = 1
_COLORS = {
    signals.Priority.P0: "red",
    signals.Priority.P1: "orange",
    signals.Priority.P2: "yellow",
    signals.Priority.P3: "blue",
}
_WORST_FIRST = ("red", "orange", "yellow")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A colour from `start` upwards; `None` is below every number."""

    start: float | None
    color: str


def compile_steps(
    levels: Iterable[signals.Level], factor: float = 1, *, is_whole: bool = False
) -> tuple[Step, ...]:
    """Gives the colours from low to high; where levels overlap, the worst wins.

    Heartbeats, whose normal state is to fire, and thresholds that differ per service
    have no place on a scale that all the panel's series share.

    Args:
        levels: the levels of one signal, in any order.
        factor: what the shown numbers are multiplied by.
        is_whole: whether the numbers are whole. A step colours its own start, and an
            alert is strictly above its bound: where nothing (0) or one is the normal
            number, the colour begins with the next.
    """
    drawn = [level for level in levels if _is_drawable(level)]
    bounds = sorted({bound for level in drawn for bound in _bounds(level)})
    if not bounds:
        return (Step(start=None, color=_CALM),)
    steps = [Step(start=None, color=_color_at(bounds[0] - 1, drawn))]
    for bound, following in zip(bounds, [*bounds[1:], bounds[-1] + 2], strict=True):
        color = _color_at((bound + following) / 2, drawn)
        is_normal = is_whole and bound <= _NORMAL_COUNT
        skipped = 1 if is_normal and _color_at(bound, drawn) != color else 0
        # A product of floats may carry a binary tail that no reader should see.
        start = round((bound + skipped) * factor, 9)
        if color != steps[-1].color:
            steps.append(Step(start=start, color=color))
    return tuple(steps)


def compile_scale(
    scale: dashboards.Scale, levels: slos.ServiceLevels
) -> tuple[Step, ...]:
    """Gives the colours of a number that objectives are judged by, from low to high."""
    match scale:
        case dashboards.Scale.ERROR_BUDGET:
            return tuple(_budget_steps(levels.policy))
        case dashboards.Scale.BURN_RATE:
            tiers = sorted(slos.BURN_TIERS, key=lambda tier: tier.factor)
            return (
                Step(start=None, color=_CALM),
                *(
                    Step(start=float(tier.factor), color=_COLORS[tier.priority])
                    for tier in tiers
                ),
            )
        case dashboards.Scale.COVERAGE:
            return (
                Step(start=None, color=_COLORS[signals.Priority.P1]),
                Step(start=budgets.COVERAGE_NEEDED, color=_CALM),
            )


def _budget_steps(policy: slos.BudgetPolicy) -> Iterable[Step]:
    """Gives a colour for each state: red for the strictest, green for the first."""
    start: float | None = None
    for position, state in enumerate(reversed(policy.states)):
        is_first = state is policy.states[0]
        worst = _WORST_FIRST[min(position, len(_WORST_FIRST) - 1)]
        yield Step(start=start, color=_CALM if is_first else worst)
        start = float(state.at_most)


def _is_drawable(level: signals.Level) -> bool:
    return not level.heartbeat and signals.ReplicaCount.EXPECTED not in (
        level.above,
        level.below,
    )


def _bounds(level: signals.Level) -> Iterable[float]:
    for bound in (level.above, level.below):
        if bound is not None and not isinstance(bound, signals.ReplicaCount):
            yield float(bound)


def _color_at(number: float, levels: Iterable[signals.Level]) -> str:
    raised = [level.priority for level in levels if _holds(number, level)]
    worst = min(raised, key=lambda priority: priority.value, default=None)
    return _CALM if worst is None else _COLORS[worst]


def _holds(number: float, level: signals.Level) -> bool:
    above, below = level.above, level.below
    is_above = not isinstance(above, float | int) or number > above
    is_below = not isinstance(below, float | int) or number < below
    return is_above and is_below
