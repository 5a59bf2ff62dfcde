"""The spans of a whole history equal a state machine that goes step by step."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sightline.review.backtest import states, timelines


def step_by_step(
    conditions: list[bool], step: float, hold: float, keep: float
) -> list[bool]:
    """Says for each evaluation whether the alert fires, as Prometheus decides it."""
    fires: list[bool] = []
    active_at = kept_since = None
    firing = False
    for index, condition in enumerate(conditions):
        time = index * step
        if condition:
            kept_since = None
            active_at = time if active_at is None else active_at
            firing = firing or time - active_at >= hold
        else:
            kept_since = time if firing and kept_since is None else kept_since
            firing = firing and kept_since is not None and time - kept_since < keep
            active_at = active_at if firing else None
        if not firing:
            kept_since = None
        fires.append(firing)
    return fires


@given(
    conditions=st.lists(st.booleans(), min_size=1, max_size=80),
    step=st.sampled_from([1.0, 15.0, 60.0]),
    hold=st.integers(0, 300),
    keep=st.integers(0, 300),
)
def test_spans_equal_the_step_by_step_machine(
    conditions: list[bool], step: float, hold: int, keep: int
) -> None:
    grid = timelines.Grid(start=0.0, step=step, count=len(conditions))
    timing = states.Timing(hold=float(hold), keep_firing=float(keep))
    fires = [False] * grid.count
    active = states.true_spans(np.array(conditions))
    spans = states.firing_spans(active, timing, grid)
    for begin, end in zip(spans.begins, spans.ends, strict=True):
        fires[begin:end] = [True] * (end - begin)
    assert fires == step_by_step(conditions, step, float(hold), float(keep))
