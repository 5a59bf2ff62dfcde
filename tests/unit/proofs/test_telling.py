"""For a mutant that can differ from its alert a situation is found in which it does."""

import pytest

from sightline.formats import estates
from sightline.proofs import mutants, proving, rulebook, telling


def told(alert: str, *changes: str, record: str = "up") -> list[str]:
    """Gives the changes among some for which a situation was found."""
    rules = (
        "groups: [{name: one, rules: ["
        f"{{record: 'job:x:y', expr: '{record}'}}, {{alert: One, expr: '{alert}'}}]}}]"
    )
    estate = estates.read_texts([("one.yml", rules)])
    book = rulebook.read_rulebook(estate.rule_files)
    case = proving.prepare(book.alerts[0], 0, book, is_crowded=True)
    assert case.piece is not None
    made = [
        one
        for one in mutants.mutate(case.piece, set(), "a")
        if one.change in {*changes, *(f"job:x:y: {change}" for change in changes)}
    ]
    assert len(made) >= len(changes)
    return [one.change for one in made if telling.tell(case, [one])]


@pytest.mark.parametrize(
    ("alert", "change"),
    [
        # Uneven instances, of which only one is beyond the limit.
        ("sum by (job) (rate(x[5m])) > 3", "sum becomes max"),
        ("sum by (job) (rate(x[5m])) > 3", "sum becomes avg"),
        ("max by (job) (x) > 3", "max becomes min"),
        ("min by (job, instance) (up) < 1", "min becomes max"),
        ("sum by (job) (rate(x[5m])) > 3", "by drops job"),
        # A history that only the longer window still sees.
        ("sum(rate(x[5m])) > 3", "window 5m doubled"),
        ("sum(rate(x[5m])) > 3", "window 5m halved"),
        ("x / avg_over_time(x[1h] offset 1d) < 0.5", "window 1h doubled"),
        # No errors at all while there is traffic.
        ("(rate(e[5m]) or 0 * rate(x[5m])) < 0.5", "`or` becomes `and`"),
        ("(rate(e[5m]) or 0 * rate(x[5m])) > 0.5", "0 becomes 1"),
        # Something that only the matcher keeps out.
        ('sum(x{pod!=""}) > 3', 'pod!="" dropped'),
    ],
)
def test_an_input_is_found_that_tells_a_mutant_from_its_alert(
    alert: str, change: str
) -> None:
    assert told(alert, change) == [change]


def test_a_mutant_of_a_record_is_told_by_the_alert_that_reads_it() -> None:
    found = told("job:x:y > 3", "sum becomes max", record="sum by (job) (x)")

    assert found == ["job:x:y: sum becomes max"]


def test_no_input_tells_what_is_the_same() -> None:
    alert = '(sum by (job) (rate(x{a="1"}[5m])) or 0 * sum by (job) (rate(x[5m]))) > 1'

    assert told(alert, "`*` becomes `/`") == []


def test_an_alert_without_inputs_has_no_situations() -> None:
    estate = estates.read_texts(
        [("one.yml", "groups: [{name: one, rules: [{alert: One, expr: 'up > 1'}]}]")]
    )
    book = rulebook.read_rulebook(estate.rule_files)
    case = proving.prepare(book.alerts[0], 0, book, is_crowded=True)

    assert telling.tell(case, []) == []
