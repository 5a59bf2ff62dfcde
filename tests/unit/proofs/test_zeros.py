"""What is 0 anyway may be computed otherwise, and nothing else may."""

import pytest

from support.equivalents import name_equivalents

ADDED = "what `or` adds is 0, and all who read it keep only what is above"
TIMES = "it is multiplied by 0, and an increase is a finite number"
SIGN = "increases are not negative: all are above 0 together, or none is"

RATIO = 'sum by (job) (rate(x{code="5"}[5m])) or 0 * sum by (job) (rate(x[5m]))'


def test_nothing_about_an_added_zero_matters_to_who_keeps_only_what_is_above() -> None:
    changes = [
        "`or` becomes `and`",
        "`*` becomes `/`",
        "sum becomes max",
        "sum becomes avg",
        "by drops job",
        "window 5m doubled",
        "window 5m halved",
    ]

    found = name_equivalents("job:x:y > 0.1", RATIO)

    assert found == {f"job:x:y: {change}": ADDED for change in changes}
    assert name_equivalents(f"({RATIO}) > 0.1") == dict.fromkeys(changes, ADDED)


@pytest.mark.parametrize(
    "alert",
    [
        "job:x:y < 0.1",
        "job:x:y >= 0",
        "job:x:y > -1",
        "job:x:y > bool 0.1",
        "job:x:y + 1 > 0.1",
        "1 / job:x:y > 0.1",
        "job:x:y",
        "job:x:y > 0.1 or absent(job:x:y)",
        "max_over_time(job:x:y[5m]) > 0.1",
    ],
)
def test_an_added_zero_matters_to_who_may_keep_it(alert: str) -> None:
    assert ADDED not in name_equivalents(alert, RATIO).values()


@pytest.mark.parametrize(
    "union",
    [
        'sum by (job) (rate(x{code="5"}[5m])) or 0 * sum by (pod) (rate(x[5m]))',
        'sum by (job) (rate(x{code="5"}[9m])) or 0 * sum by (job) (rate(x[5m]))',
        'sum by (job) (rate(x[5m])) or 0 * sum by (job) (rate(x{code="5"}[5m]))',
        "sum by (job) (rate(y[5m])) or 0 * sum by (job) (rate(x[5m]))",
    ],
)
def test_and_keeps_less_where_the_zeros_do_not_cover_what_they_are_added_to(
    union: str,
) -> None:
    assert "`or` becomes `and`" not in name_equivalents(f"({union}) > 0.1")


def test_what_is_multiplied_by_zero_only_has_to_be_there() -> None:
    assert name_equivalents("(a or 0 * sum by (job) (rate(x[5m]))) < 1") == {
        "sum becomes max": TIMES,
        "sum becomes avg": TIMES,
    }
    assert name_equivalents("(a or 0 * sum by (job) (x)) < 1") == {}
    assert name_equivalents("(a or 1 * sum by (job) (rate(x[5m]))) < 1") == {}


@pytest.mark.parametrize(
    ("alert", "is_alike"),
    [
        ("sum by (job) (increase(x[5m])) > 0", True),
        ("(sum(increase(x[5m])) + min(sum by (job) (rate(y[5m])))) > 0", True),
        ("a > 1 and on () sum(increase(x[5m])) > 0", True),
        ("sum(increase(x[5m])) > 1", False),
        ("sum(increase(x[5m])) >= 0", False),
        ("sum(x) > 0", False),
        ("sum(delta(x[5m])) > 0", False),
        ("sum(increase(x[5m])) - 1 > 0", False),
        ("a / (sum(increase(x[5m])) > 0) > 1", False),
        ("(sum(increase(x[5m])) > 0) > 1", False),
        ("sum(increase(x[5m])) > bool 0", False),
    ],
)
def test_sum_mean_and_largest_of_increases_are_above_zero_together(
    alert: str,
    is_alike: bool,  # noqa: FBT001  # a parameter of the cases above
) -> None:
    found = name_equivalents(alert)

    assert (found.get("sum becomes max"), found.get("sum becomes avg")) == (
        (SIGN, SIGN) if is_alike else (None, None)
    )


def test_a_recorded_number_is_not_only_a_sign() -> None:
    assert name_equivalents("job:x:y > 0", "sum by (job) (increase(x[5m])) > 0") == {
        "job:x:y: `>` becomes `>=`": (
            "all who read it keep only what is above both filters"
        )
    }
