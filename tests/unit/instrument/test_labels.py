import pytest

from sightline.instrument import labels
from sightline.instrument.databases import metrics


def test_a_label_has_no_more_values_than_it_may() -> None:
    label = labels.BoundedLabel(("known",), most=2)
    asked = ("a", "b", "c", "known", "a", "other")
    assert [label.bound(text) for text in asked] == [
        *("a", "b", "other", "known", "a", "other")
    ]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("SELECT 1", "select"),
        ("  (select 1) union (select 2)", "select"),
        ("-- name: open_jobs\nSELECT 1", "open_jobs"),
        ("/* name: jobs.open */ SELECT 1", "jobs.open"),
        ("-- why\n/* and\nhow */ UPDATE t SET a = 1", "update"),
        ("WITH x AS (SELECT 1) SELECT * FROM x", "with"),
        ("frobnicate", "other"),
        ("", "other"),
        ("-- unfinished", "other"),
    ],
)
def test_a_query_is_called_by_its_name_or_verb(query: str, name: str) -> None:
    assert metrics.query_name(query) == name
