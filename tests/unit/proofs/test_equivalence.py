"""A mutant is equivalent for one of two reasons, and close calls are none."""

import pytest

from support.equivalents import name_equivalents

GUARD = "a part of nothing divided by nothing is NaN, as without `=`"
FILTER = "all who read it keep only what is above both filters"


@pytest.mark.parametrize(
    "alert",
    [
        "job:x:y != 0.5",
        "job:x:y",
        "absent(job:x:y)",
        "sum(job:x:y) > 0.5",
        "job:x:y > bool 0.5",
        "max_over_time(job:x:y[5m]) > 0.5",
        "(job:x:y or vector(1)) > 0.5",
    ],
)
def test_a_guard_is_not_the_same_where_nan_is_seen(alert: str) -> None:
    assert name_equivalents(alert, "rate(x[5m]) / (rate(x[5m]) > 0)") == {}


@pytest.mark.parametrize(
    ("expression", "reasons"),
    [
        ('rate(x{code="5"}[5m]) / (rate(x[5m]) > 0)', [GUARD]),
        ('rate(x{code="5"}[5m]) / (rate(x{code="2"}[5m]) > 0)', []),
        ("rate(x[1h]) / (rate(x[5m]) > 0)", []),
        ("x / (x > 0)", []),
        ("rate(y[5m]) / (rate(x[5m]) > 0)", []),
        ("rate(x[5m]) / (rate(x[5m]) > 1)", []),
    ],
)
def test_a_guard_is_the_same_with_equality_where_a_part_is_divided_by_its_total(
    expression: str, reasons: list[str]
) -> None:
    assert list(name_equivalents("job:x:y > 0.5", expression).values()) == reasons


@pytest.mark.parametrize(
    ("alert", "changes"),
    [
        ("job:x:y > 1", ["`>` becomes `>=`", "0 becomes 1"]),
        ("job:x:y >= 1", ["`>` becomes `>=`"]),
        ("job:x:y > 0", ["`>` becomes `>=`"]),
        ("job:x:y >= 0", []),
        ("job:x:y < 1", []),
        ("job:x:y > bool 1", []),
        ("job:x:y > 1 or absent(job:x:y)", []),
        ("max_over_time(job:x:y[5m]) > 1", []),
    ],
)
def test_a_filter_is_the_same_where_all_readers_keep_only_what_is_above_it(
    alert: str, changes: list[str]
) -> None:
    assert name_equivalents(alert, "x > 0") == {
        f"job:x:y: {change}": FILTER for change in changes
    }
