"""Binary operators between estimated vectors: which elements meet, and how."""

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sightline.promql import ast
from sightline.proofs import margins, vectors

__all__ = ["arithmetic", "combine", "compare_with_scalar", "pairs", "with_scalar"]

_Operator = ast.BinaryOperator
_Key = frozenset[tuple[str, str]]


def _divide(left: float, right: float) -> float:
    if right == 0:
        if left == 0 or math.isnan(left):
            return math.nan
        return math.copysign(math.inf, left) * math.copysign(1.0, right)
    return left / right


def _modulo(left: float, right: float) -> float:
    return math.nan if right == 0 or math.isinf(left) else math.fmod(left, right)


def _power(left: float, right: float) -> float:
    try:
        return math.pow(left, right)
    except (OverflowError, ValueError):
        return math.nan


_ARITHMETIC: Final[Mapping[_Operator, Callable[[float, float], float]]] = {
    _Operator.ADD: operator.add,
    _Operator.SUBTRACT: operator.sub,
    _Operator.MULTIPLY: operator.mul,
    _Operator.DIVIDE: _divide,
    _Operator.MODULO: _modulo,
    _Operator.POWER: _power,
    _Operator.ATAN2: math.atan2,
}


def arithmetic(sign: _Operator, left: float, right: float) -> float:
    """Gives the result of an arithmetic operator, as IEEE 754 has it."""
    return _ARITHMETIC[sign](left, right)


def with_scalar(
    node: ast.Binary, vector: vectors.Vector, scalar: float, *, is_left: bool
) -> vectors.Vector:
    """Gives an operator between a vector and a number.

    Args:
        node: the operator.
        vector: its one side.
        scalar: the other side.
        is_left: the number stands to the left.
    """
    if node.operator in ast.COMPARISONS:
        return compare_with_scalar(node, vector, scalar, is_left=is_left)
    return [
        vectors.Element(
            element.labels,
            arithmetic(node.operator, scalar, element.amount)
            if is_left
            else arithmetic(node.operator, element.amount, scalar),
            element.margin,
        )
        for element in vector
    ]


def compare_with_scalar(
    node: ast.Binary, vector: vectors.Vector, scalar: float, *, is_left: bool
) -> vectors.Vector:
    """Gives the elements with the margins of their comparison."""
    found = []
    for element in vector:
        sides = (scalar, element.amount) if is_left else (element.amount, scalar)
        margin = margins.compare(node.operator, *sides)
        if node.returns_bool:
            found.append(element._replace(amount=float(margin > 0)))
        else:
            both = margins.all_of(element.margin, margin)
            found.append(element._replace(margin=both))
    return found


def combine(
    node: ast.Binary, left: vectors.Vector, right: vectors.Vector
) -> vectors.Vector:
    """Gives an operator between two vectors."""
    match node.operator:
        case _Operator.AND:
            return _intersect(node, left, right)
        case _Operator.UNLESS:
            return _subtract(node, left, right)
        case _Operator.OR:
            return _unite(node, left, right)
        case _:
            return _pair(node, left, right)


def _key(node: ast.Binary, labels: vectors.Labels) -> _Key:
    matching = node.matching
    if matching is None:
        return vectors.key_of(labels)
    if matching.is_ignoring:
        return vectors.key_of(vectors.without(labels, matching.labels))
    return vectors.key_of(vectors.keep(labels, matching.labels))


def _best_by_key(node: ast.Binary, vector: vectors.Vector) -> Mapping[_Key, float]:
    best: dict[_Key, float] = {}
    for element in vector:
        key = _key(node, element.labels)
        best[key] = max(best.get(key, -math.inf), element.margin)
    return best


def _intersect(
    node: ast.Binary, left: vectors.Vector, right: vectors.Vector
) -> vectors.Vector:
    best = _best_by_key(node, right)
    return [
        element._replace(
            margin=margins.all_of(
                element.margin,
                best.get(_key(node, element.labels), 4 * margins.LOST),
            )
        )
        for element in left
    ]


def _subtract(
    node: ast.Binary, left: vectors.Vector, right: vectors.Vector
) -> vectors.Vector:
    best = _best_by_key(node, right)
    found = []
    for element in left:
        other = best.get(_key(node, element.labels))
        margin = (
            element.margin if other is None else margins.all_of(element.margin, -other)
        )
        found.append(element._replace(margin=margin))
    return found


def _unite(
    node: ast.Binary, left: vectors.Vector, right: vectors.Vector
) -> vectors.Vector:
    best = _best_by_key(node, left)
    found = list(left)
    for element in right:
        other = best.get(_key(node, element.labels))
        if other is not None and other > 0:
            continue  # hidden by the left side
        found.append(element)
    return found


def _pair(
    node: ast.Binary, left: vectors.Vector, right: vectors.Vector
) -> vectors.Vector:
    group = node.matching.group if node.matching else None
    is_swapped = group is not None and group.many is ast.Side.RIGHT
    many, one = (right, left) if is_swapped else (left, right)
    partners: dict[_Key, list[vectors.Element]] = {}
    for element in one:
        partners.setdefault(_key(node, element.labels), []).append(element)
    found = []
    for element in many:
        for partner in _choose(partners.get(_key(node, element.labels), ())):
            sides = (partner, element) if is_swapped else (element, partner)
            labels = _result_labels(node, element, partner)
            found.append(_apply(node, *sides, labels=labels))
    return found


def _choose(partners: Sequence[vectors.Element]) -> Sequence[vectors.Element]:
    """Gives the partner that is there, or else the one that is nearest to be."""
    return [max(partners, key=lambda partner: partner.margin)] if partners else ()


def _apply(
    node: ast.Binary,
    left: vectors.Element,
    right: vectors.Element,
    labels: vectors.Labels,
) -> vectors.Element:
    margin = margins.all_of(left.margin, right.margin)
    if node.operator in ast.COMPARISONS:
        compared = margins.compare(node.operator, left.amount, right.amount)
        if node.returns_bool:
            return vectors.Element(labels, float(compared > 0), margin)
        return vectors.Element(labels, left.amount, margins.all_of(margin, compared))
    amount = arithmetic(node.operator, left.amount, right.amount)
    return vectors.Element(labels, amount, margin)


def _result_labels(
    node: ast.Binary, many: vectors.Element, one: vectors.Element
) -> vectors.Labels:
    matching = node.matching
    if matching is None:
        return many.labels
    if matching.group is not None:
        taken = {name: one.labels.get(name, "") for name in matching.group.include}
        return {**many.labels, **taken}
    if matching.is_ignoring:
        return vectors.without(many.labels, matching.labels)
    return vectors.keep(many.labels, matching.labels)


def pairs(
    node: ast.Binary, left: vectors.Vector | float, right: vectors.Vector | float
) -> Sequence[tuple[float, float]]:
    """Gives the numbers that a comparison compares, element by element."""
    if isinstance(left, float):
        if isinstance(right, float):
            return [(left, right)]
        return [(left, one.amount) for one in right if one.margin > 0]
    if isinstance(right, float):
        return [(one.amount, right) for one in left if one.margin > 0]
    others = {_key(node, one.labels): one for one in right if one.margin > 0}
    return [
        (one.amount, others[key].amount)
        for one in left
        if one.margin > 0 and (key := _key(node, one.labels)) in others
    ]
