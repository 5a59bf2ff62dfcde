"""The levels of a signal as coloured thresholds: the alert's own numbers."""

from collections.abc import Iterable
from dataclasses import dataclass

from sightline.model import signals

__all__ = ["Step", "compile_steps"]

_CALM = "green"
_COLORS = {
    signals.Priority.P0: "red",
    signals.Priority.P1: "orange",
    signals.Priority.P2: "yellow",
    signals.Priority.P3: "blue",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A colour from `start` upwards; `None` is below every number."""

    start: float | None
    color: str


def compile_steps(
    levels: Iterable[signals.Level], factor: float = 1
) -> tuple[Step, ...]:
    """Gives the colours from low to high; where levels overlap, the worst wins.

    Heartbeats, whose normal state is to fire, and thresholds that differ per service
    have no place on a scale that all the panel's series share.

    Args:
        levels: the levels of one signal, in any order.
        factor: what the shown numbers are multiplied by.
    """
    drawn = [level for level in levels if _is_drawable(level)]
    bounds = sorted({bound for level in drawn for bound in _bounds(level)})
    if not bounds:
        return (Step(start=None, color=_CALM),)
    steps = [Step(start=None, color=_color_at(bounds[0] - 1, drawn))]
    for bound, following in zip(bounds, [*bounds[1:], bounds[-1] + 2], strict=True):
        color = _color_at((bound + following) / 2, drawn)
        # A product of floats may carry a binary tail that no reader should see.
        start = round(bound * factor, 9)
        if color != steps[-1].color:
            steps.append(Step(start=start, color=color))
    return tuple(steps)


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
