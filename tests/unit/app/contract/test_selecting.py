import pytest

from sightline.app.contract import selecting

Kind = selecting.Kind


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("x", [("x", set(), Kind.ANY)]),
        (
            "sum by (service, status) (rate(x_total[5m]))",
            [("x_total", {"status"}, Kind.COUNTER)],
        ),
        ("sum by (a) (max by (a, b) (x))", [("x", {"a", "b"}, Kind.ANY)]),
        ("topk(5, sum by (a) (x))", [("x", {"a"}, Kind.ANY)]),
        ("sum without (a) (x)", [("x", set(), Kind.ANY)]),
        ('x{a="1",b!="",c=~".*",d!~"2",job="j"}', [("x", {"a", "b"}, Kind.ANY)]),
        (
            "histogram_quantile(0.9, sum by (le, a) (rate(x_bucket[5m])))",
            [("x_bucket", {"le", "a"}, Kind.BUCKET)],
        ),
        ("a unless b", [("a", set(), Kind.ANY)]),
        ("a / b", [("a", set(), Kind.ANY), ("b", set(), Kind.ANY)]),
        (
            'rate({__name__=~"a_total|b_total"}[5m])',
            [("a_total", set(), Kind.COUNTER), ("b_total", set(), Kind.COUNTER)],
        ),
        ('x{a=~"$a",service="$service"}', [("x", set(), Kind.ANY)]),
        ("max_over_time(rate(x_total[5m])[1h:1m])", [("x_total", set(), Kind.COUNTER)]),
        ("time()", []),
        ("", []),
        ("sum(", []),
    ],
)
def test_what_an_expression_wants_of_its_metrics(
    expression: str, expected: list[tuple[str, set[str], selecting.Kind]]
) -> None:
    found = [
        (one.metric, set(one.labels), one.kind)
        for one in selecting.find_selected(expression)
    ]
    assert found == expected


@pytest.mark.parametrize(
    ("labels", "is_selected"),
    [
        ({"status": "500", "route": "/a"}, True),
        ({"status": "500", "route": "/health"}, False),
        ({"status": "200", "route": "/a"}, False),
        ({}, False),
    ],
)
def test_matchers_of_the_target_do_not_decide_what_a_page_lacks(
    labels: dict[str, str], *, is_selected: bool
) -> None:
    [one] = selecting.find_selected(
        'x{job="services",status=~"5..",route!="/health",method!~"OPTIONS|HEAD"}'
    )
    assert one.selects(labels) is is_selected


def test_a_pattern_that_nobody_can_read_here_selects_everything() -> None:
    [one] = selecting.find_selected(r'x{a=~"\\pN+"}')
    assert one.selects({"a": "anything"})
