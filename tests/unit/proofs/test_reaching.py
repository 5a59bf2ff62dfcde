"""A threshold that no float meets exactly needs no equality."""

import random

import pytest

from sightline.promql import ast, parsing
from sightline.proofs import reaching


def explain(expression: str, operator: ast.BinaryOperator) -> str:
    tree = parsing.parse(expression)
    assert isinstance(tree, ast.Binary)
    other = ast.Binary(operator=operator, left=tree.left, right=tree.right)
    return reaching.explain_threshold(tree, other)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("x / 0.01 > 14.4", "no float is 14.4 after `/ 0.01`"),
        ("(x / 0.05) > 6", "no float is 6 after `/ 0.05`"),
        ("x / 0.001 > 14.4", ""),
        ("x / 0.05 > 14.4", ""),
        ("x * 0.5 > 3", ""),
        ("x + 0.01 > 14.4", ""),
        ("x > 14.4", ""),
        ("x / y > 14.4", ""),
        ("1 / 0.01 > bool 14.4", ""),
        ("x / 0 > 14.4", ""),
    ],
)
def test_equality_matters_where_some_float_gives_the_limit(
    expression: str, reason: str
) -> None:
    assert explain(expression, ast.BinaryOperator.GREATER_EQUAL) == reason


def test_turning_a_comparison_round_is_another_matter() -> None:
    assert explain("x / 0.01 > 14.4", ast.BinaryOperator.LESS) == ""


def test_no_float_near_the_limit_is_overlooked() -> None:
    lot = random.Random(1)  # inputs, not secrets

    gives = {
        0.144 * (1 + lot.uniform(-1, 1) * 10.0 ** lot.randint(-16, -1)) / 0.01
        for _ in range(20_000)
    }

    assert 14.4 not in gives
