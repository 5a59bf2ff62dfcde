"""A condition is taken apart where one number limits it, and nowhere else."""

import numpy as np
import pytest

from sightline.promql import parsing, printing
from sightline.review.backtest import conditions, restricting


@pytest.mark.parametrize(
    ("expr", "measured", "operator", "limit"),
    [
        ("x > 5", "x", ">", 5.0),
        ("(x > 5)", "x", ">", 5.0),
        ("5 < x", "x", ">", 5.0),
        ("x <= -1", "x", "<=", -1.0),
        ("x / y > 14.4 * (1 - 0.5)", "x / y", ">", 7.2),
        ("up == 0", "up", "==", 0.0),
        ("x > 5 and y > 3", "x and y > 3", ">", 5.0),
        ("(x < 5 unless on (a) y) and z", "x unless on (a) y and z", "<", 5.0),
    ],
)
def test_the_condition_is_split(
    expr: str, measured: str, operator: str, limit: float
) -> None:
    condition = conditions.split(parsing.parse(expr))
    assert printing.render(condition.measured) == measured
    assert condition.operator == operator
    assert condition.limit == limit


@pytest.mark.parametrize(
    ("expr", "reason"),
    [
        ("x > 5 or y > 3", "`or` joins conditions that have a limit each"),
        ("x and y > 3", "there is no comparison at the outside"),
        ("absent(x)", "there is no comparison at the outside"),
        ("x > bool 5", "there is no comparison at the outside"),
        ("x > y", "the comparison has no number on just one side"),
    ],
)
def test_what_has_no_single_limit_is_refused(expr: str, reason: str) -> None:
    with pytest.raises(restricting.NotReplayable, match=reason):
        conditions.split(parsing.parse(expr))


def test_a_missing_sample_meets_no_condition() -> None:
    numbers = np.array([1.0, np.nan, 6.0])
    more = conditions.split(parsing.parse("x > 5"))
    other = conditions.split(parsing.parse("x != 5"))
    assert more.holds(numbers, 5.0).tolist() == [False, False, True]
    assert other.holds(numbers, 5.0).tolist() == [True, False, True]
