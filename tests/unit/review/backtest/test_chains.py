"""What is recorded is replaced by what records it, with the labels that were asked."""

import pytest

from sightline.promql import ast, parsing, printing
from sightline.review.backtest import chains, restricting


def _recording(
    record: str, expr: str, labels: dict[str, str] | None = None
) -> chains.Recording:
    return chains.Recording(
        record=record,
        expression=parsing.parse(expr),
        labels=labels or {},
        interval=60.0,
    )


RECORDINGS = {
    "job:errors:rate5m": (
        _recording("job:errors:rate5m", "sum by (job) (rate(errors_total[5m]))"),
    ),
    "job:requests:rate5m": (
        _recording("job:requests:rate5m", "sum by (job) (rate(requests_total[5m]))"),
    ),
    "job:ratio": (_recording("job:ratio", "job:errors:rate5m / job:requests:rate5m"),),
    "slo:target": (
        _recording("slo:target", "vector(0.99)", {"slo": "a"}),
        _recording("slo:target", "vector(0.9)", {"slo": "b"}),
    ),
    "slo:ratio": (
        _recording("slo:ratio", '1 - slo:target{slo="a"}'),
        _recording("slo:ratio", '1 - slo:target{slo="b"}'),
    ),
    "loop": (_recording("loop", "loop + 1"),),
}


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("up == 0", "up == 0"),
        (
            "job:errors:rate5m > 5",
            "(sum by (job) (rate(errors_total[5m]))) > 5",
        ),
        (
            'job:errors:rate5m{job="api"} > 5',
            '(sum by (job) (rate(errors_total{job="api"}[5m]))) > 5',
        ),
        (
            'job:ratio{job=~"a.*"} > 0.1',
            (
                '((sum by (job) (rate(errors_total{job=~"a.*"}[5m])))'
                ' / (sum by (job) (rate(requests_total{job=~"a.*"}[5m])))) > 0.1'
            ),
        ),
        (
            "avg_over_time(job:errors:rate5m[1h])",
            "avg_over_time((sum by (job) (rate(errors_total[5m])))[1h:1m])",
        ),
        (
            "job:errors:rate5m offset 1d",
            "last_over_time((sum by (job) (rate(errors_total[5m])))[1m:1m] offset 1d)",
        ),
        (
            'slo:target{slo="b"}',
            '(label_replace(vector(0.9), "slo", "b", "", ""))',
        ),
        (
            'slo:ratio{slo="b"}',
            '(1 - (label_replace(vector(0.9), "slo", "b", "", "")))',
        ),
        (
            "slo:target",
            (
                '((label_replace(vector(0.99), "slo", "a", "", ""))'
                ' or (label_replace(vector(0.9), "slo", "b", "", "")))'
            ),
        ),
    ],
)
def test_the_expression_becomes(expr: str, expected: str) -> None:
    inlined = chains.inline(parsing.parse(expr), RECORDINGS)
    assert printing.render(inlined) == expected


@pytest.mark.parametrize(
    ("expr", "reason"),
    [
        ("loop > 1", "loop is recorded from itself"),
        (
            'slo:target{slo="c"}',
            "no rule records slo:target with the labels that are asked for",
        ),
        (
            'job:errors:rate5m{instance="x"}',
            "nothing here has the label 'instance'",
        ),
    ],
)
def test_what_cannot_be_computed_is_refused(expr: str, reason: str) -> None:
    with pytest.raises(restricting.NotReplayable, match=reason):
        chains.inline(parsing.parse(expr), RECORDINGS)


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("sum without (pod) (x)", 'sum without (pod) (x{job="api"})'),
        ("topk by (job) (2, x)", 'topk by (job) (2, x{job="api"})'),
        ("x * 2", 'x{job="api"} * 2'),
        ("1 - x", '1 - x{job="api"}'),
        ("x and on (pod) y", 'x{job="api"} and on (pod) y'),
        ("x or y", 'x{job="api"} or y{job="api"}'),
        (
            "x * on (pod) group_left (job) y",
            'x * on (pod) group_left (job) y{job="api"}',
        ),
        ("x * on (pod) group_left () y", 'x{job="api"} * on (pod) group_left () y'),
        (
            'label_replace(x, "team", "t", "", "")',
            'label_replace(x{job="api"}, "team", "t", "", "")',
        ),
    ],
)
def test_a_condition_moves_to_where_its_label_comes_from(
    expr: str, expected: str
) -> None:
    (matcher,) = _matchers('{job="api"}')
    moved = restricting.restrict(parsing.parse(expr), matcher)
    assert printing.render(moved) == expected


@pytest.mark.parametrize(
    "expr",
    [
        "topk(2, x)",
        "sum by (pod) (x)",
        "x or on (pod) y",
        "x * on (pod) y",
        "absent(x)",
        'label_replace(x, "job", "t", "", "")',
        'count_values("version", x)',
    ],
)
def test_a_condition_that_cannot_move_is_refused(expr: str) -> None:
    (matcher,) = _matchers('{job="api"}')
    with pytest.raises(restricting.NotReplayable):
        restricting.restrict(parsing.parse(expr), matcher)


def _matchers(selector: str) -> tuple[ast.Matcher, ...]:
    node = parsing.parse(selector)
    assert isinstance(node, ast.VectorSelector)
    return node.matchers


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("gone > 5", True),
        ("sum(rate(gone[5m])) / sum(rate(there[5m]))", True),
        ("there and on () gone", True),
        ("gone or there", False),
        ("gone or gone", True),
        ("there unless gone", False),
        ("gone unless there", True),
        ("absent(gone)", False),
        ("count(gone) or vector(0)", False),
        ("vector(scalar(gone)) < 5", False),
        ("gone + fill(0) there", False),
        ("max_over_time(gone[1h:1m])", True),
    ],
)
def test_without_a_metric_some_expressions_have_no_result(
    expr: str, *, expected: bool
) -> None:
    tree = parsing.parse(expr)
    told = restricting.selects_nothing(tree, lambda one: one.metric == "gone")
    assert told is expected
