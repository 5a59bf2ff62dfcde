import pytest

from sightline.promql import ast, grammar, parsing, printing, templating, walking

_TOO_FAR = "expected an offset of less than 292 years, found a longer one"


def written(text: str, node: ast.Expression) -> str:
    return text[node.span.start : node.span.end]


def test_every_node_knows_its_place() -> None:
    text = 'sum by (job) (rate(x{a="b"}[5m] offset 1h)) > bool -5'
    found = [
        (type(node).__name__, written(text, node))
        for node in walking.walk(parsing.parse(text))
    ]
    assert found == [
        ("Binary", text),
        ("Aggregate", 'sum by (job) (rate(x{a="b"}[5m] offset 1h))'),
        ("Call", 'rate(x{a="b"}[5m] offset 1h)'),
        ("MatrixSelector", 'x{a="b"}[5m] offset 1h'),
        ("VectorSelector", 'x{a="b"}[5m] offset 1h'),
        ("Number", "-5"),
    ]


def test_parts_that_are_no_nodes_know_their_place_too() -> None:
    comparison = parsing.parse('rate(x{a="b",c!~"d.*"}[5m])  >= on (a) y')
    assert isinstance(comparison, ast.Binary)
    assert comparison.matching is not None
    call = comparison.left
    assert isinstance(call, ast.Call)
    (matrix,) = call.arguments
    assert isinstance(matrix, ast.MatrixSelector)
    text = 'rate(x{a="b",c!~"d.*"}[5m])  >= on (a) y'
    places = [
        *(matcher.span for matcher in matrix.selector.matchers),
        matrix.range_span,
        comparison.operator_span,
        comparison.matching.span,
    ]
    assert [text[place.start : place.end] for place in places] == [
        'a="b"',
        'c!~"d.*"',
        "[5m]",
        ">=",
        "on (a)",
    ]


def test_places_take_no_part_in_comparisons() -> None:
    assert parsing.parse("a+b") == parsing.parse("  a  +  b # both\n")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a or b and c", "a or (b and c)"),
        ("a == b + c * d ^ e", "a == (b + (c * (d ^ e)))"),
        ("a ^ b ^ c", "a ^ (b ^ c)"),
        ("a - b - c", "(a - b) - c"),
        ("-a ^ b", "-(a ^ b)"),
        ("-a * b", "(-a) * b"),
        ("a and b unless c", "(a and b) unless c"),
        ("a % b atan2 c", "(a % b) atan2 c"),
    ],
)
def test_operators_bind_as_in_prometheus(text: str, same: str) -> None:
    def bare(node: ast.Expression) -> ast.Expression:
        return node.operand if isinstance(node, ast.Parenthesis) else node

    assert parsing.parse(text) == walking.transform(parsing.parse(same), bare)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1_000_000", 1e6),
        ("0x1F", 31.0),
        ("017", 15.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e-3", 0.001),
        ("1h30m", 5400.0),
        ("-1", -1.0),
        ("- -1", 1.0),
        ("+Inf", float("inf")),
    ],
)
def test_numbers_are_read_as_prometheus_reads_them(text: str, number: float) -> None:
    assert parsing.parse(text) == ast.Number(number=number)


def test_a_selector_may_name_its_metric_anywhere() -> None:
    names = ["up", '{"up"}', '{__name__="up"}', '{__name__=~"up"}']
    found = [parsing.parse(text) for text in names]
    assert [node.metric for node in found if isinstance(node, ast.VectorSelector)] == [
        "up",
        "up",
        "up",
        None,
    ]


def test_a_selector_in_braces_alone_may_name_its_metric_twice() -> None:
    tree = parsing.parse('{"x", __name__="y"}')
    assert isinstance(tree, ast.VectorSelector)
    assert tree.name == "x"


def test_offsets_and_times_belong_to_what_they_stand_behind() -> None:
    tree = parsing.parse("x[1h:5m] @ end() offset -5m")
    assert tree == ast.Subquery(
        operand=ast.VectorSelector(name="x"),
        range_seconds=3600.0,
        step_seconds=300.0,
        offset_seconds=-300.0,
        at=ast.Boundary.END,
    )


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("(a + b", 6, "expected ')' to close the parenthesis, found the end"),
        ("a + + ", 6, "expected an expression, found the end"),
        ("a b", 2, "expected an operator or the end, found 'b'"),
        ("5mm", 0, "expected a number or a duration, found '5mm'"),
        ('x{a="b}', 4, "expected the closing quote of this string, found none"),
        ("x{a}", 3, "expected one of = != =~ !~ behind a label, found '}'"),
        ("x{a=b}", 4, "expected a text in quotes behind a=, found 'b'"),
        (
            "sun(x)",
            0,
            "expected the name of a function, found 'sun'; the nearest is sum",
        ),
        (
            "rate(x)",
            5,
            "expected a value of type range vector in rate, found instant vector",
        ),
        ("sum(x, y)", 0, "expected 1 argument(s) for sum, found 2"),
        ("round()", 0, "expected 1 to 2 argument(s) for round, found 0"),
        ("1 > 2", 2, "expected bool on a comparison of two scalars, found none"),
        (
            "1 and x",
            2,
            (
                "expected instant vectors on both sides of and, found a scalar:"
                " write vector(…) around it"
            ),
        ),
        ("a + bool b", 2, "expected bool only on a comparison"),
        (
            "a / on (x) group_left (x) b",
            4,
            "expected 'x' either in on or in group_left, found it in both",
        ),
        (
            'x{a=~"(?!b)"}',
            2,
            (
                "expected a regular expression in RE2 syntax, found a look-around,"
                " which RE2 does not have"
            ),
        ),
        (
            '{a=~".*"}',
            0,
            (
                "expected a matcher that does not match the empty text, found none:"
                " this would select every series"
            ),
        ),
        (
            'x{a="\\d"}',
            5,
            (
                "expected an escape such as \\n or \\\\, found '\\\\d': a backslash is"
                " written twice"
            ),
        ),
        (
            "x offset 5m offset 5m",
            12,
            "expected offset and @ at most once each, found it again",
        ),
        (
            "x[0s]",
            2,
            "expected a duration above 0 and below 292 years, found '0s'",
        ),
        ("x[5m", 4, "expected ']' behind the range, found the end"),
        ("x offset 1e12", 2, _TOO_FAR),
        ('x{__name__="y"}', 2, "expected one name, 'x' was the first"),
        ("9e999", 0, "expected a number, found '9e999'"),
        ("rate(x[$__rate_interval])", 7, None),
    ],
)
def test_a_mistake_has_a_place_and_a_reason(
    text: str, position: int, reason: str | None
) -> None:
    with pytest.raises(parsing.InvalidExpression) as caught:
        parsing.parse(text)
    assert caught.value.position == position
    assert caught.value.reason == (reason or "expected PromQL, found the character '$'")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a </ b", "trimming a histogram (</) is not analysed"),
        ("rate(x[5m] anchored)", "the modifier 'anchored' is not analysed"),
        ("rate(x[5m] smoothed)", "the modifier 'smoothed' is not analysed"),
        ("x[5m * 2]", "arithmetic with durations is not analysed"),
        ("x offset -step()", "arithmetic with durations is not analysed"),
        ("x[0 + 5m]", "arithmetic with durations is not analysed"),
        ("x offset (5m)", "arithmetic with durations is not analysed"),
        ("rate(x[step()])", "arithmetic with durations is not analysed"),
        (
            "(" * 1000 + "x" + ")" * 1000,
            "an expression as deeply nested as this is not analysed",
        ),
        (
            "x" + " + x" * 1000,
            "an expression as deeply nested as this is not analysed",
        ),
        (
            "x" + "[1m:]" * 1000,
            "an expression as deeply nested as this is not analysed",
        ),
        ("x" * 300_000, "longer than 200,000 characters"),
    ],
)
def test_what_is_valid_but_not_read_is_said_not_to_be(text: str, reason: str) -> None:
    with pytest.raises(parsing.NotAnalysed) as caught:
        parsing.parse(text)
    assert caught.value.reason == reason


def test_the_deepest_trees_are_read() -> None:
    chain = " or ".join(["x"] * (grammar.MAXIMUM_DEPTH - 1))
    assert printing.render(parsing.parse(chain)) == chain
    assert (
        sum(1 for _ in walking.walk(parsing.parse(chain)))
        == 2 * grammar.MAXIMUM_DEPTH - 3
    )


def test_a_long_word_is_not_repeated_in_full() -> None:
    with pytest.raises(parsing.InvalidExpression) as caught:
        parsing.parse("a" * 1000 + "(")
    assert len(str(caught.value)) < 150


def test_variables_of_a_dashboard_are_filled_in_and_found_again() -> None:
    text = 'rate(x{job=~"$job", a="b"}[$__rate_interval]) > ${limit:raw}'
    tree = parsing.parse(text, {**templating.GRAFANA, "limit": "0.25"})
    assert isinstance(tree, ast.Binary)
    assert tree.right == ast.Number(number=0.25)
    assert written(text, tree.right) == "${limit:raw}"
    call = tree.left
    assert isinstance(call, ast.Call)
    (matrix,) = call.arguments
    assert isinstance(matrix, ast.MatrixSelector)
    assert matrix.is_range_templated
    place = matrix.range_span
    assert text[place.start : place.end] == "[$__rate_interval]"
    matchers = matrix.selector.matchers
    assert [matcher.is_templated for matcher in matchers] == [True, False]


def test_a_variable_that_nobody_knows_is_not_analysed() -> None:
    with pytest.raises(parsing.NotAnalysed) as caught:
        parsing.parse("rate([[metric]][5m])", templating.GRAFANA)
    assert str(caught.value) == (
        "nothing is known of the variable '[[metric]]', at character 6"
    )
    assert caught.value.span == ast.Span(5, 15)


def test_all_variables_are_found_with_their_places() -> None:
    text = 'x{a="$a", b="${b:regex}"} > [[c]]'
    found = templating.find_variables(text)
    assert [(name, text[at.start : at.end]) for name, at in found] == [
        ("a", "$a"),
        ("b", "${b:regex}"),
        ("c", "[[c]]"),
    ]
