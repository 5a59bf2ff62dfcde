"""Mutants change one thing each, and keep to what the engine accepts."""

from sightline.formats import estates
from sightline.proofs import mutants, rulebook, slices

RULES = """
groups:
  - name: one
    rules:
      - record: job:errors:rate5m
        expr: sum by (job) (rate(errors_total{code="500"}[5m]))
      - alert: One
        for: 2m
        expr: job:errors:rate5m > 3
"""


def test_each_mutant_says_what_was_changed() -> None:
    estate = estates.read_texts([("one.yml", RULES)])
    book = rulebook.read_rulebook(estate.rule_files)
    (alert,) = book.alerts
    assert alert.tree is not None
    piece = slices.open_slice(alert, alert.tree, book)

    changes = [one.change for one in mutants.mutate(piece, set(), "a")]

    assert changes == [
        "`>` becomes `>=`",
        "`>` becomes `<`",
        "3 becomes 4",
        "3 becomes 2",
        "for doubled",
        "for removed",
        "job:errors:rate5m: sum becomes max",
        "job:errors:rate5m: sum becomes avg",
        "job:errors:rate5m: by drops job",
        "job:errors:rate5m: window 5m doubled",
        "job:errors:rate5m: window 5m halved",
        'job:errors:rate5m: code="500" dropped',
        'job:errors:rate5m: code="500" negated',
    ]


def test_a_mutant_of_a_recording_rule_is_read_by_a_copy_of_the_alert() -> None:
    estate = estates.read_texts([("one.yml", RULES)])
    book = rulebook.read_rulebook(estate.rule_files)
    (alert,) = book.alerts
    assert alert.tree is not None
    piece = slices.open_slice(alert, alert.tree, book)

    last = list(mutants.mutate(piece, set(), "a"))[-1]

    assert [(rule.name, rule.expr) for rule in last.rules] == [
        (
            "am13:job:errors:rate5m",
            'sum by (job) (rate(errors_total{code!="500"}[5m]))',
        ),
        ("am13", "am13:job:errors:rate5m > 3"),
    ]
