"""When an alert fires: the state machine of an alerting rule, over a whole history.

The rules are those of Prometheus (`rules/alerting.go`, `AlertingRule.Eval`). At every
evaluation an alert whose condition holds becomes pending, and fires as soon as it has
held for `for`. When the condition is gone a pending alert is forgotten at once. A
firing one goes on for `keep_firing_for`, counted from the first evaluation without
the condition, and never becomes pending again if the condition returns meanwhile.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sightline.review.backtest import timelines

__all__ = ["Holds", "Indexes", "Spans", "Timing", "firing_spans", "true_spans"]

Holds = npt.NDArray[np.bool_]
"""Whether the condition holds, per evaluation."""

Indexes = npt.NDArray[np.intp]
"""Places on a grid."""

_NEVER: Final = np.iinfo(np.intp).max


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spans:
    """Stretches of evaluations, in order: each from its begin to before its end."""

    begins: Indexes
    ends: Indexes


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long a condition must hold and how long the alert outlives it, in seconds."""

    hold: float = 0.0
    keep_firing: float = 0.0


def true_spans(holds: Holds) -> Spans:
    """Gives the longest spans without a break in which the condition holds."""
    edges = np.flatnonzero(np.diff(holds, prepend=False, append=False))
    return Spans(begins=edges[::2], ends=edges[1::2])


def firing_spans(active: Spans, timing: Timing, grid: timelines.Grid) -> Spans:
    """Gives the spans in which the alert fires.

    Conditions that return before `keep_firing_for` has passed are one chain: the
    alert fires from the first of them that lasts for `for` until the chain ends. At
    the evaluation that would end it the alert is still there, so that a condition
    that is back by then belongs to the chain.

    Args:
        active: where the condition holds; see `true_spans`.
        timing: of the rule.
        grid: the evaluations; a span that ends with it may go on after it.
    """
    if not active.begins.size:
        return active
    hold, keep = grid.steps_in(timing.hold), grid.steps_in(timing.keep_firing)
    is_first = np.append(True, active.begins[1:] > active.ends[:-1] + keep)
    firsts = np.flatnonzero(is_first)
    lasts = np.append(firsts[1:], active.begins.size) - 1
    lasting = np.where(active.begins + hold < active.ends, active.begins + hold, _NEVER)
    begins = np.minimum.reduceat(lasting, firsts)
    ends = np.minimum(active.ends[lasts] + keep, grid.count)
    fires = begins != _NEVER
    return Spans(begins=begins[fires], ends=ends[fires])
