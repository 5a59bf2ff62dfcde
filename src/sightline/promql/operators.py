"""How strongly operators bind, and which words PromQL keeps for itself."""

import math
from typing import Final

from sightline.promql import ast

__all__ = [
    "CLOSED",
    "NAMED_NUMBERS",
    "NO_LABELS",
    "POWER",
    "PRECEDENCES",
    "RESERVED",
    "binding",
]

_Operator = ast.BinaryOperator
POWER: Final = 6
"""How strongly a power binds; a sign binds less."""

CLOSED: Final = 7
"""How strongly everything binds that is no operation."""

PRECEDENCES: Final = {
    _Operator.OR: 1,
    _Operator.AND: 2,
    _Operator.UNLESS: 2,
    **dict.fromkeys(ast.COMPARISONS, 3),
    _Operator.ADD: 4,
    _Operator.SUBTRACT: 4,
    _Operator.MULTIPLY: 5,
    _Operator.DIVIDE: 5,
    _Operator.MODULO: 5,
    _Operator.ATAN2: 5,
    _Operator.POWER: POWER,
}
"""https://prometheus.io/docs/prometheus/latest/querying/operators/#binary-operator-precedence"""

NAMED_NUMBERS: Final = {"inf": math.inf, "nan": math.nan}
"""Numbers that are words. There is one NaN, so that trees with it can be equal."""

NO_LABELS: Final = frozenset({"without", *NAMED_NUMBERS})
"""Words that name no label in a list of labels; in quotes they do."""

RESERVED: Final = frozenset(
    {
        "bool",
        "on",
        "ignoring",
        "group_left",
        "group_right",
        "atan2",
        *NAMED_NUMBERS,
    }
)
"""Words that name no metric; in quotes they do."""


def binding(node: ast.Expression) -> int:
    """Gives how strongly the outermost part of a tree holds together."""
    match node:
        case ast.Binary():
            return PRECEDENCES[node.operator]
        case ast.Unary():
            return POWER - 1
        case ast.Number(number=number) if math.copysign(1, number) < 0:
            return POWER - 1
        case _:
            return CLOSED
