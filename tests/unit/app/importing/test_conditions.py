"""What an alert measures, and from where on it is active."""

import pytest

from sightline.app.importing import conditions
from sightline.promql import parsing


@pytest.mark.parametrize(
    ("expr", "query", "above", "below"),
    [
        ("x > 5", "x", 5, None),
        ("x < 0.1", "x", None, 0.1),
        ("5 < x", "x", 5, None),
        ("(((x)) > (2 * 60))", "x", 120, None),
        ("x > -1 < 10", "x", -1, 10),
        ("x > 5 and on (job) up == 1", "x and on (job) up == 1", 5, None),
        ("x > 5 and y unless z", "x and y unless z", 5, None),
        (
            "sum by (a) (rate(e[5m])) / sum by (a) (rate(t[5m])) > 0.05",
            "sum by (a) (rate(e[5m])) / sum by (a) (rate(t[5m]))",
            0.05,
            None,
        ),
    ],
)
def test_a_comparison_with_a_number_is_a_query_and_its_bounds(
    expr: str, query: str, above: float | None, below: float | None
) -> None:
    found = conditions.split(parsing.parse(expr))
    assert (found.text, found.above, found.below) == (query, above, below)
    assert not found.is_whole


@pytest.mark.parametrize(
    "expr",
    [
        "up == 0",
        "x >= 5",
        "absent(up)",
        "x > y",
        "x > 5 or y > 6",
        "x > bool 5",
        "x > 5 > 7",
        "x",
    ],
)
def test_anything_else_is_measured_whole_as_one_where_it_holds(expr: str) -> None:
    found = conditions.split(parsing.parse(expr))
    assert (found.text, found.above, found.below, found.is_whole) == (
        f"group without () ({expr})",
        0,
        None,
        True,
    )
