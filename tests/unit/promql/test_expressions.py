import pytest

from sightline.promql import expressions, refusals


def test_metric_names_are_found_wherever_they_stand() -> None:
    expr = (
        'sum by (a) (rate(errors_total{x="up"}[5m])) / on (a) (job:up:sum or 0 * total)'
        " and topk(3, -gauge) and max_over_time((nested > 1)[5m:1m])"
    )
    assert expressions.metric_names(expr) == {
        "errors_total",
        "job:up:sum",
        "total",
        "gauge",
        "nested",
    }


def test_what_is_only_taken_away_is_not_needed() -> None:
    expr = "sum(kills) unless on () count(others unless c) or (a unless b)"
    assert expressions.needed_names(expr) == {"kills", "a"}
    assert expressions.metric_names(expr) == {"kills", "others", "c", "a", "b"}


@pytest.mark.parametrize(
    ("expr", "labels"),
    [
        ("sum by (service, queue) (increase(a[5m])) >= 20", ("service", "queue")),
        ("(sum by (service) (a)) > 2", ("service",)),
        ("sum(a) > 1", ()),
        ("sum without (pod) (a)", None),
        ("up > 0", None),
        ("1 - max by (slo) (a) * 60", ("slo",)),
        ("topk(10, sum by (network) (rate(a[1h])) * 60)", ("network",)),
        ("topk(10, a)", None),
        ("sum by (service) (a) > sum by (service) (b)", None),
    ],
)
def test_aggregation_labels_are_those_the_outermost_aggregation_keeps(
    expr: str, labels: tuple[str, ...] | None
) -> None:
    assert expressions.aggregation_labels(expr) == labels


def test_text_that_is_not_promql_is_refused() -> None:
    with pytest.raises(refusals.InvalidExpression) as caught:
        expressions.metric_names("sum(")
    assert str(caught.value) == (
        "expected an expression, found the end, at character 5"
    )
