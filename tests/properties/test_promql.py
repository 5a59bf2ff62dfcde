"""Laws of reading and writing PromQL."""

import random

import promql_parser
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.promql import catalogue, inference, parsing, printing, templating
from support import random_promql

EXPRESSIONS = 2_000


def test_what_is_printed_reads_back_as_the_same() -> None:
    writer = random_promql.Writer(1)
    for _ in range(EXPRESSIONS):
        tree = parsing.parse(writer.vector(4))
        text = printing.render(tree)
        assert parsing.parse(text) == tree
        assert printing.render(parsing.parse(text)) == text


def test_verdicts_are_those_of_another_parser() -> None:
    chance = random.Random(2)
    writer = random_promql.Writer(2)
    verdicts = [
        (text, _is_accepted(text), _is_accepted_elsewhere(text))
        for text in (
            random_promql.mutate(writer.vector(2), chance) for _ in range(EXPRESSIONS)
        )
    ]
    differing = [text for text, ours, theirs in verdicts if ours != theirs]
    # The other one refuses comments within brackets, `1_000`, and a sign before a
    # range vector that Prometheus refuses too.
    assert len(differing) <= EXPRESSIONS * 0.003, differing
    assert sum(ours for _, ours, _ in verdicts) > EXPRESSIONS * 0.05


def _is_accepted(text: str) -> bool:
    try:
        parsing.parse(text)
    except parsing.InvalidExpression:
        return False
    except parsing.NotAnalysed:
        return _is_accepted_elsewhere(text)
    return True


def _is_accepted_elsewhere(text: str) -> bool:
    try:
        promql_parser.parse(text)
    except ValueError:
        return False
    return True


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text("(){}[]\"'`\\#$:,=~!-+5mx@ ", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for variables in (None, templating.GRAFANA):
        try:
            tree = parsing.parse(text, variables)
        except parsing.RefusedExpression as refusal:
            span = refusal.span
        else:
            span = tree.span
            inference.infer(tree, catalogue.EMPTY)
            assert variables or parsing.parse(printing.render(tree)) == tree
        assert 0 <= span.start <= span.end <= max(len(text), 1)
