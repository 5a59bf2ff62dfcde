import dataclasses

import pytest

from sightline.promql import ast, parsing, printing, walking


def changed(tree: ast.Expression) -> str:
    return printing.render(tree)


def test_a_part_is_replaced_where_it_stands_and_nowhere_else() -> None:
    tree = parsing.parse("rate(x[5m]) > 5 and rate(x[5m]) > 5")
    (_, second) = (n for n in walking.walk(tree) if isinstance(n, ast.Number))
    mutant = walking.replace(tree, second, ast.Number(number=6.0))
    assert changed(mutant) == "rate(x[5m]) > 5 and rate(x[5m]) > 6"


def test_what_does_not_change_is_shared() -> None:
    tree = parsing.parse("a + b")
    assert walking.transform(tree, lambda node: node) is tree


def test_the_range_of_a_selector_can_be_changed() -> None:
    def widen(node: ast.Expression) -> ast.Expression:
        if isinstance(node, ast.MatrixSelector):
            return dataclasses.replace(node, range_seconds=node.range_seconds * 2)
        return node

    tree = parsing.parse("sum(rate(x[5m])) / count(y)")
    assert changed(walking.transform(tree, widen)) == "sum(rate(x[10m])) / count(y)"


def test_only_a_selector_takes_a_range() -> None:
    tree = parsing.parse("rate(x[5m])")
    (selector,) = walking.selectors(tree)
    with pytest.raises(TypeError, match="only a selector has a range"):
        walking.replace(tree, selector, ast.Number(number=1.0))


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (
            ast.Binary(
                operator=ast.BinaryOperator.MULTIPLY,
                left=parsing.parse("a + b"),
                right=parsing.parse("c - d"),
            ),
            "(a + b) * (c - d)",
        ),
        (
            ast.Binary(
                operator=ast.BinaryOperator.POWER,
                left=ast.Number(number=-1.0),
                right=ast.Number(number=2.0),
            ),
            "(-1) ^ 2",
        ),
        (
            ast.Unary(operand=parsing.parse("a == b"), is_negative=True),
            "-(a == b)",
        ),
        (
            ast.Subquery(operand=parsing.parse("a + b"), range_seconds=60.0),
            "(a + b)[1m:]",
        ),
    ],
)
def test_a_tree_that_nobody_wrote_gets_its_parentheses(
    tree: ast.Expression, text: str
) -> None:
    assert printing.render(tree) == text
