"""The stretch in which one fires and the other does not is found, however short."""

import pytest

from sightline.proofs import boundaries, charts, courses, lines, populations, searching

POPULATION = populations.Population(
    (charts.Series("a", {}), charts.Series("b", {})),
    tuple(
        populations.Variable(name, (number,), populations.Role.GAUGE)
        for number, name in enumerate("ab")
    ),
)
CALM = (courses.Level(0.0), courses.Level(0.0))
BOTH = boundaries.Situation(
    searching.Phases((0.0, 60.0), (CALM, (courses.Level(8.0), courses.Level(9.0)))),
    120.0,
)


def levels(one: boundaries.Situation) -> list[float]:
    """Gives the present numbers of both series."""
    found = map(courses.amount_of, one.phases.states[-1])
    return [amount for amount in found if amount is not None]


def find(*limits: tuple[float, float], or_equal: bool = False) -> list[float] | None:
    """Gives where an alert and a mutant with other limits differ."""
    alert, mutant = limits

    def judge(one: boundaries.Situation) -> tuple[bool, bool]:
        now = levels(one)
        fires = all(x > limit for x, limit in zip(now, alert, strict=True))
        differs = all(
            x > limit or (or_equal and x == limit)
            for x, limit in zip(now, mutant, strict=True)
        )
        return fires, differs

    found = lines.find_between(judge, BOTH, POPULATION, CALM)
    return None if found is None else levels(found)


def test_a_limit_that_is_nearly_the_same_is_told_apart() -> None:
    found = find((3.0, 0.5), (3.000001, 0.5))

    assert found is not None
    assert 3.0 < found[0] <= 3.000001


def test_a_limit_of_what_only_one_series_decides_is_told_apart() -> None:
    found = find((0.0, 7.0), (0.0, 7.5))

    assert found is not None
    assert 7.0 < found[1] <= 7.5


@pytest.mark.parametrize("limit", [3.0, 0.1, 7.3])
def test_equality_is_met_to_the_last_digit(limit: float) -> None:
    found = find((limit, 0.0), (limit, 0.0), or_equal=True)

    assert found is not None
    assert found[0] == limit


def test_nothing_is_found_between_what_is_the_same() -> None:
    assert find((3.0, 1.0), (3.0, 1.0)) is None
