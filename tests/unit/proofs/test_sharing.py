"""Scenarios share a test of the engine only where none can see another."""

import pytest

from sightline.formats import estates
from sightline.proofs import proving, rulebook, sharing

RULES = """
groups:
  - name: two
    rules:
      - record: job:errors
        expr: sum by (job) (rate(errors_total[5m]))
        labels: {{kind: job}}
      - {{alert: One, expr: '{one}'}}
      - {{alert: Two, expr: '{two}'}}
"""


def share(one: str, two: str) -> list[set[str]]:
    text = RULES.format(one=one, two=two)
    book = rulebook.read_rulebook(estates.read_texts([("a.yml", text)]).rule_files)
    parts = [
        sharing.Part(number, scenario)
        for number, alert in enumerate(book.alerts)
        for scenario in proving.prepare(alert, number, book).put_through
    ]
    groups = list(sharing.share(parts))
    assert sorted(part.scenario.name for group in groups for part in group) == sorted(
        part.scenario.name for part in parts
    )
    return [{book.alerts[part.suit].name for part in group} for group in groups]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("queued > 5", "stock < 5"),
        ('queued{shop="a"} > 5', 'queued{shop="b"} > 5'),
    ],
)
def test_alerts_that_read_nothing_of_each_other_share_their_tests(
    one: str, two: str
) -> None:
    assert all(group == {"One", "Two"} for group in share(one, two))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("queued > 5", "queued < 5"),
        ('queued{shop="a"} > 5', 'queued{shop=~".+"} > 5'),
        ("queued > 5", 'count({job="a"}) > 5'),
        ("queued > 5", 'stock < 5 unless on () ALERTS{alertname="Three"}'),
        ("job:errors > 5", 'job:errors{kind="job"} > 8'),
        ("queued > 5", "rate(stock_total[5m]) > 5"),
    ],
)
def test_alerts_that_meet_or_keep_other_times_are_asked_apart(
    one: str, two: str
) -> None:
    assert all(len(group) == 1 for group in share(one, two))
