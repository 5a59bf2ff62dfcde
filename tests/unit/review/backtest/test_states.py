"""An alert fires exactly when Prometheus would have let it fire."""

import numpy as np
import pytest

from sightline.review.backtest import states, timelines

GRID = timelines.Grid(start=0.0, step=60.0, count=12)


@pytest.mark.parametrize(
    ("picture", "hold", "keep", "expected"),
    [
        ("............", 0, 0, []),
        ("...##.......", 0, 0, [(3, 5)]),
        ("...##.......", 60, 0, [(4, 5)]),
        ("...##.......", 120, 0, []),
        ("...##.......", 59, 0, [(4, 5)]),
        ("############", 300, 0, [(5, 12)]),
        ("...##.......", 0, 120, [(3, 7)]),
        ("...##.......", 0, 61, [(3, 7)]),
        # Back while it is kept, and at the very evaluation that would have ended it.
        ("..##.##.....", 60, 120, [(3, 9)]),
        ("..##..#.....", 60, 120, [(3, 9)]),
        ("..##...#....", 60, 120, [(3, 6)]),
        # A kept alert ends with the grid when nobody sees it end.
        ("..........##", 0, 600, [(10, 12)]),
    ],
)
def test_the_alert_fires_in(
    picture: str, hold: float, keep: float, expected: list[tuple[int, int]]
) -> None:
    holds = np.array([mark == "#" for mark in picture])
    timing = states.Timing(hold=hold, keep_firing=keep)
    spans = states.firing_spans(states.true_spans(holds), timing, GRID)
    assert list(zip(spans.begins, spans.ends, strict=True)) == expected
