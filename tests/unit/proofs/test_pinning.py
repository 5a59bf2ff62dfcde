"""A matcher may go where another part asks for the same, and only there."""

import dataclasses

import pytest

from sightline.promql import parsing, walking
from sightline.proofs import pinning


def reasons(expression: str, label: str = "job") -> list[str]:
    """Gives why each selector may lose its matcher of a label."""
    tree = parsing.parse(expression)
    found = []
    for node in walking.selectors(tree):
        rest = tuple(one for one in node.matchers if one.label != label)
        if rest != node.matchers:
            other = dataclasses.replace(node, matchers=rest)
            found.append(pinning.explain_matcher(tree, node, other))
    return found


def agreed(operator: str, matcher: str = 'job="x"') -> str:
    return f"the other side of `{operator}` has only what meets {matcher}"


@pytest.mark.parametrize("operator", ["and", "/", ">"])
def test_either_side_of_a_join_on_all_labels_may_lose_what_both_ask_for(
    operator: str,
) -> None:
    found = reasons(f'a{{job="x"}} {operator} b{{job="x"}}')

    assert found == [agreed(operator)] * 2


def test_only_what_is_taken_away_may_lose_a_matcher_of_what_stays() -> None:
    assert reasons('a{job="x"} unless b{job="x"}') == ["", agreed("unless")]


def test_an_alternative_is_masked_by_nothing() -> None:
    assert reasons('a{job="x"} or b{job="x"}') == ["", ""]


def test_functions_numbers_and_groups_with_the_label_are_seen_through() -> None:
    found = reasons(
        'sqrt(sum by (job) (rate(a{job="x"}[5m])) * 60) > 2'
        ' and on (job) (max_over_time(b{job="x"}[1h:5m]) - time() > 1)'
    )

    assert found == [agreed("and")] * 2


def test_another_label_does_not_matter() -> None:
    found = reasons('a{job="x",code="5"} / b{job="x"}')

    assert found == [agreed("/")] * 2


def test_an_equal_text_implies_a_wider_condition_but_not_the_other_way() -> None:
    found = reasons('a{job="x"} / b{job=~"x|y"}')

    assert found == ["", agreed("/", 'job=~"x|y"')]


@pytest.mark.parametrize(
    "expression",
    [
        'a{job="x"}',
        'a{job="x"} > 1',
        'a{job="x"} / b',
        'absent(a{job="x"}) and b{job="x"}',
        'sum(a{job="x"}) / sum(b{job="x"})',
        'sum by (code) (a{job="x"}) / sum by (code) (b{job="x"})',
        'a{job="x"} / on (code) b{job="x"}',
        'a{job="x"} / ignoring (job) b{job="x"}',
        'topk(1, a{job="x"}) and b{job="x"}',
        'count_values by (job) ("job", a{job="x"}) and b{job="y"}',
        'scalar(a{job="x"}) * b{job="x"}',
        'label_replace(a{job="x"}, "job", "y", "", "") and b{job="x"}',
        '{__name__=~"a.*",job="x"} and b{job="x"}',
    ],
)
def test_a_matcher_decides_where_nothing_else_asks_for_it(expression: str) -> None:
    assert reasons(expression)[0] == ""


def test_series_that_would_share_a_partner_are_a_mistake_and_no_equivalence() -> None:
    assert reasons('a{job="x"} / on (job) b{job="x"}') == ["", ""]
    assert (
        reasons('sum by (job) (a{job="x"}) / on (job) max by (job) (b{job="x"})')
        == [agreed("/")] * 2
    )
