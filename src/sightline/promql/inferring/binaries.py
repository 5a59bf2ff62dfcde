"""Operators: numbers with numbers, vectors with numbers, vectors with vectors."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sightline.promql import arithmetic, ast, catalogue, dimensions, facts, intervals
from sightline.promql.inferring import joins
from sightline.promql.intervals import Interval, Outcome

__all__ = ["Combined", "combine", "sign"]

_Operator = ast.BinaryOperator
_Presence = facts.Presence
_SCALING: Final = frozenset({_Operator.MULTIPLY, _Operator.DIVIDE})
_ADDING: Final = frozenset({_Operator.ADD, _Operator.SUBTRACT, _Operator.MODULO})

Combined = tuple[facts.Fact, facts.Comparison | None, facts.Join | None]
"""What an operation gives, how it compares, and who finds a partner."""


def combine(
    node: ast.Binary, left: facts.Fact, right: facts.Fact, is_share: Callable[[], bool]
) -> Combined:
    """Gives the facts about an operation from those about its sides.

    Args:
        node: the operation.
        left: the facts about its left side.
        right: the facts about its right side.
        is_share: says whether it divides a part by a whole.
    """
    match left, right:
        case facts.Vector(), facts.Vector():
            if node.operator in ast.SET_OPERATORS:
                return _combine_sets(node, left, right)
            return _combine_vectors(node, left, right, is_share)
        case facts.Vector(), facts.Scalar():
            return *_combine_mixed(node, left, left, right), None
        case facts.Scalar(), facts.Vector():
            return *_combine_mixed(node, right, left, right), None
        case facts.Scalar(), facts.Scalar():
            interval, unit, compared = _calculate(node, left, right)
            return facts.Scalar(interval=interval, unit=unit), compared, None
        case _:
            raise TypeError("an operator takes no texts: parse before inferring")


def sign(node: ast.Unary, operand: facts.Fact) -> facts.Fact:
    """Gives the facts about an expression behind a sign."""
    if not node.is_negative or isinstance(operand, facts.Text):
        return operand
    negated = replace(operand, interval=arithmetic.negate(operand.interval))
    if isinstance(negated, facts.Vector):
        return replace(negated.without_name(), kind=catalogue.Kind.GAUGE)
    return negated


def _combine_mixed(
    node: ast.Binary,
    vector: facts.Vector,
    left: facts.Vector | facts.Scalar,
    right: facts.Vector | facts.Scalar,
) -> tuple[facts.Fact, facts.Comparison | None]:
    """Gives what a vector and a number make: always as many series, or fewer."""
    interval, unit, compared = _calculate(node, left, right)
    if compared is None or node.returns_bool:
        found = replace(vector.without_name(), interval=interval, unit=unit)
        if compared is not None:
            found = replace(found, kind=catalogue.Kind.GAUGE)
        return found, compared
    if vector is right:
        interval = _narrow_right(node, left.interval, right.interval)
    presence = _filter(vector.presence, compared.outcome)
    return replace(vector, interval=interval, presence=presence), compared


def _narrow_right(node: ast.Binary, left: Interval, right: Interval) -> Interval:
    """Gives what is left of the right side, which a comparison with a number keeps."""
    mirrored = _MIRRORED.get(node.operator, node.operator)
    return intervals.narrow(mirrored, right, left)


_MIRRORED: Final = {
    _Operator.LESS: _Operator.GREATER,
    _Operator.LESS_EQUAL: _Operator.GREATER_EQUAL,
    _Operator.GREATER: _Operator.LESS,
    _Operator.GREATER_EQUAL: _Operator.LESS_EQUAL,
}


def _filter(presence: facts.Presence, outcome: Outcome) -> facts.Presence:
    if outcome is Outcome.NEVER:
        return _Presence.NEVER
    if outcome is Outcome.SOMETIMES and presence is _Presence.ALWAYS:
        return _Presence.SOMETIMES
    return presence


def _combine_vectors(
    node: ast.Binary,
    left: facts.Vector,
    right: facts.Vector,
    is_share: Callable[[], bool],
) -> Combined:
    join = joins.join_vectors(node, left, right)
    filled_left, filled_right = _fill(node, left, right)
    interval, unit, compared = _calculate(node, filled_left, filled_right)
    if is_share():
        # Zero by zero is no number; nothing else can be divided by zero here.
        interval = Interval(0.0, 1.0, has_nan=interval.has_nan)
    labels = joins.join_labels(node, left, right, join)
    presence = _joined_presence(node, left, right, join)
    is_filter = compared is not None and not node.returns_bool
    if is_filter and compared is not None:
        presence = _filter(presence, compared.outcome)
    found = facts.Vector(
        labels=labels,
        interval=interval,
        presence=presence,
        kind=left.kind if is_filter else catalogue.Kind.GAUGE,
        unit=unit,
        bucket_unit=left.bucket_unit or right.bucket_unit,
        unknown=left.unknown | right.unknown,
    )
    return found if is_filter else found.without_name(), compared, join


def _fill(
    node: ast.Binary, left: facts.Vector, right: facts.Vector
) -> tuple[facts.Vector, facts.Vector]:
    if node.fill is None:
        return left, right
    sides = []
    for vector, filled in ((left, node.fill.left), (right, node.fill.right)):
        made_up = vector.interval
        if filled is not None:
            made_up = made_up.join(Interval.of(filled))
        sides.append(replace(vector, interval=made_up))
    return sides[0], sides[1]


def _joined_presence(
    node: ast.Binary, left: facts.Vector, right: facts.Vector, join: facts.Join
) -> facts.Presence:
    fill = node.fill or ast.Fill()
    presences = {left.presence, right.presence}
    is_missing = left.presence is _Presence.NEVER and fill.left is None
    is_missing |= right.presence is _Presence.NEVER and fill.right is None
    if is_missing or (join.never_matches and node.fill is None):
        return _Presence.NEVER
    if presences == {_Presence.ALWAYS} and _always_matches(left, right, join):
        return _Presence.ALWAYS
    return _Presence.SOMETIMES


def _combine_sets(
    node: ast.Binary, left: facts.Vector, right: facts.Vector
) -> Combined:
    join = joins.join_vectors(node, left, right)
    unknown = left.unknown | right.unknown
    found: facts.Vector
    match node.operator:
        case _Operator.AND:
            keys = left.labels.named.keys() if join.labels is None else join.labels
            counted = set(keys) - {*join.ignored, "__name__"}
            found = replace(
                left,
                labels=left.labels.meet(right.labels, sorted(counted)),
                presence=_joined_presence(node, left, right, join),
            )
        case _Operator.UNLESS:
            found = replace(left, presence=_unless(left, right, join))
        case _:
            found = _either(left, right)
    return replace(found, unknown=unknown), None, join


def _unless(
    left: facts.Vector, right: facts.Vector, join: facts.Join
) -> facts.Presence:
    if right.presence is _Presence.NEVER or join.never_matches:
        return left.presence
    if right.presence is _Presence.ALWAYS and _always_matches(left, right, join):
        return _Presence.NEVER
    if left.presence is _Presence.ALWAYS:
        return _Presence.SOMETIMES
    return left.presence


def _always_matches(left: facts.Vector, right: facts.Vector, join: facts.Join) -> bool:
    """Whether any two series are partners, because no label tells them apart."""
    are_bare = all(
        side.labels.is_closed and not side.labels.possible for side in (left, right)
    )
    return join.labels == () or are_bare


def _either(left: facts.Vector, right: facts.Vector) -> facts.Vector:
    if right.presence is _Presence.NEVER:
        return left
    if left.presence is _Presence.NEVER:
        return right
    is_there = _Presence.ALWAYS in {left.presence, right.presence}
    return facts.Vector(
        labels=left.labels.join(right.labels),
        interval=left.interval.join(right.interval),
        presence=_Presence.ALWAYS if is_there else _Presence.SOMETIMES,
        kind=left.kind if left.kind is right.kind else catalogue.Kind.GAUGE,
        unit=left.unit or right.unit,
        bucket_unit=left.bucket_unit or right.bucket_unit,
    )


def _calculate(
    node: ast.Binary,
    left: facts.Vector | facts.Scalar,
    right: facts.Vector | facts.Scalar,
) -> tuple[Interval, dimensions.Unit | None, facts.Comparison | None]:
    """Gives the numbers and the unit of an operation, and how it compares."""
    operator = node.operator
    if operator not in ast.COMPARISONS:
        interval = arithmetic.calculate(operator, left.interval, right.interval)
        return interval, _unit(operator, left, right), None
    outcome = intervals.compare(operator, left.interval, right.interval)
    compared = facts.Comparison(
        outcome=outcome, left=left.interval, right=right.interval
    )
    if node.returns_bool:
        return _TRUTHS[outcome], dimensions.COUNT, compared
    interval = intervals.narrow(operator, left.interval, right.interval)
    return interval, left.unit or right.unit, compared


_TRUTHS: Final = {
    Outcome.NEVER: Interval.of(0.0),
    Outcome.SOMETIMES: intervals.TRUTH,
    Outcome.ALWAYS: intervals.ONE,
}


def _unit(
    operator: ast.BinaryOperator,
    left: facts.Vector | facts.Scalar,
    right: facts.Vector | facts.Scalar,
) -> dimensions.Unit | None:
    if operator in _ADDING:
        return left.unit or right.unit
    if operator not in _SCALING:
        return None
    is_product = operator is _Operator.MULTIPLY
    # A plain number scales, it has no unit of its own.
    factor = _factor(right)
    if factor is not None and left.unit is not None:
        return dimensions.convert(left.unit, factor if is_product else 1 / factor)
    factor = _factor(left)
    if factor is not None and is_product and right.unit is not None:
        return dimensions.convert(right.unit, factor)
    one = dimensions.COUNT if factor is not None else left.unit
    if one is None or right.unit is None:
        return None
    return one * right.unit if is_product else one / right.unit


def _factor(side: facts.Vector | facts.Scalar) -> float | None:
    if not isinstance(side, facts.Scalar) or side.unit is not None:
        return None
    constant = side.interval.constant
    return None if constant in {None, 0.0} else constant
