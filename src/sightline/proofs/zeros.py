"""What is 0 anyway: changes of values of which only the sign is looked at, or nothing.

`errors or 0 * total` adds 0 where there are no errors. An alert above a number that is
not negative drops that 0, so that nothing about it matters but that it is 0. Increases
are never negative, so that their sum, mean and largest are above 0 together.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from sightline.promql import ast, walking
from sightline.proofs import dropping

__all__ = ["explain_factor", "explain_sign", "explain_zero"]

_O = ast.BinaryOperator
_A = ast.AggregateOperator

_NEVER_KEPT: Final = "what `or` adds is 0, and all who read it keep only what is above"
_TIMES_NOTHING: Final = "it is multiplied by 0, and an increase is a finite number"
_SAME_SIGN: Final = "increases are not negative: all are above 0 together, or none is"

_RISES: Final = frozenset({"rate", "increase", "irate", "changes", "resets"})
_ALIKE: Final = frozenset({_A.SUM, _A.AVG, _A.MAX})
_VALUED: Final = _ALIKE | {_A.MIN}


def explain_zero(
    tree: ast.Expression,
    node: ast.Expression,
    other: ast.Expression,
    name: str = "",
    readers: Iterable[ast.Expression] = (),
) -> str:
    """Says why a change of what `or` adds does not matter; empty where it does.

    Args:
        tree: the whole expression.
        node: the part of it that is changed.
        other: what takes its place.
        name: what the expression is recorded as; empty for an alert's.
        readers: the expressions that may read what is recorded.
    """
    for union in walking.walk(tree):
        if not isinstance(union, ast.Binary) or union.operator is not _O.OR:
            continue
        if not _is_zero(union.right) or not _stays_zero(union, node, other):
            continue
        if dropping.is_dropped(tree, union, _waits_for_zero, name, readers):
            return _NEVER_KEPT
    return ""


def _stays_zero(union: ast.Binary, node: ast.Expression, other: ast.Expression) -> bool:
    if union is node:
        is_and = isinstance(other, ast.Binary) and other.operator is _O.AND
        return is_and and union.matching is None and _covers(union.right, union.left)
    is_within = any(one is node for one in walking.walk(union.right))
    return is_within and _is_zero(walking.replace(union.right, node, other))


def _is_zero(node: ast.Expression) -> bool:
    """Whether all that a part can give is 0 or NaN."""
    match walking.bare(node):
        case ast.Number(number=number):
            return number == 0
        case ast.Binary(operator=_O.MULTIPLY, left=left, right=right):
            return _is_zero(left) or _is_zero(right)
        case ast.Binary(operator=_O.DIVIDE, left=left):
            return _is_zero(left)
        case _:
            return False


def _covers(whole: ast.Expression, part: ast.Expression) -> bool:
    """Whether there is an element of the whole wherever there is one of the part."""
    whole, part = walking.bare(whole), walking.bare(part)
    match whole, part:
        case ast.Binary(operator=_O.MULTIPLY, left=ast.Number(), right=right), _:
            return _covers(right, part)
        case ast.Aggregate(), ast.Aggregate() if whole.operator in _VALUED:
            is_alike = whole.grouping == part.grouping and part.operator in _VALUED
            return is_alike and _covers(whole.operand, part.operand)
        case ast.Call(arguments=(own,)), ast.Call(arguments=(others,)):
            return whole.function == part.function and _covers(own, others)
        case ast.MatrixSelector(), ast.MatrixSelector():
            is_alike = whole.range_seconds == part.range_seconds
            return is_alike and _covers(whole.selector, part.selector)
        case ast.VectorSelector(), ast.VectorSelector():
            times = [(one.offset_seconds, one.at) for one in (whole, part)]
            is_alike = whole.metric == part.metric and times[0] == times[1]
            return is_alike and set(whole.matchers) <= set(part.matchers)
        case _:
            return False


def _waits_for_zero(node: ast.Expression, is_within: bool) -> Sequence[bool]:  # noqa: FBT001 - the shape of `dropping.Waiting`
    within = [is_within] * len(walking.children(node))
    match node:
        case ast.Binary() if node.operator in ast.COMPARISONS:
            return [_is_above_zero(node), False]
        case ast.Binary(operator=_O.DIVIDE):
            return [is_within, False]
        case ast.Binary(operator=_O.MULTIPLY):
            return within
        case ast.Parenthesis() | ast.Unary() | ast.Call(function="label_replace"):
            return within
        case _:
            return [False] * len(within)


def _is_above_zero(node: ast.Binary) -> bool:
    """Whether a comparison drops 0 on its left side."""
    match node.operator, walking.bare(node.right):
        case _O.GREATER, ast.Number(number=number):
            return not node.returns_bool and number >= 0
        case _O.GREATER_EQUAL, ast.Number(number=number):
            return not node.returns_bool and number > 0
        case _:
            return False


def explain_factor(tree: ast.Expression, node: ast.Expression, other: object) -> str:
    """Says why an aggregation in `0 * sum(rate(x[5m]))` may be another; else empty."""
    if not _is_same_group(node, other, _VALUED):
        return ""
    for product in walking.walk(tree):
        match product:
            case ast.Binary(operator=_O.MULTIPLY, left=ast.Number(number=0.0)):
                if walking.bare(product.right) is node and _is_rising(node):
                    return _TIMES_NOTHING
            case _:
                pass
    return ""


def explain_sign(tree: ast.Expression, node: ast.Expression, other: object) -> str:
    """Says why an alert fires as before where a sum only has to be above 0.

    Only the number in its texts may differ.

    Args:
        tree: the whole expression of an alert, not of a recording rule.
        node: the part of it that is changed.
        other: what takes its place.
    """
    is_alike = _is_same_group(node, other, _ALIKE)
    return _SAME_SIGN if is_alike and _decides_by_sign(tree, node) else ""


def _decides_by_sign(tree: ast.Expression, node: ast.Expression) -> bool:
    """Whether a part is only asked if it is above 0, and its number goes nowhere."""
    match tree:
        case ast.Parenthesis(operand=operand):
            return _decides_by_sign(operand, node)
        case ast.Binary(operator=operator, left=left, right=right) if (
            operator in ast.SET_OPERATORS
        ):
            return _decides_by_sign(left, node) or _decides_by_sign(right, node)
        case ast.Binary(operator=_O.GREATER, left=left, right=ast.Number(number=0.0)):
            is_part = any(one is node for one in walking.walk(left))
            return is_part and _is_rising(left) and not tree.returns_bool
        case _:
            return False


def _is_same_group(
    node: ast.Expression, other: object, operators: frozenset[ast.AggregateOperator]
) -> bool:
    return (
        isinstance(node, ast.Aggregate)
        and isinstance(other, ast.Aggregate)
        and {node.operator, other.operator} <= operators
        and (node.grouping, node.operand) == (other.grouping, other.operand)
    )


def _is_rising(node: ast.Expression) -> bool:
    """Whether a part is made of increases so that it is above 0 as they are."""
    match walking.bare(node):
        case ast.Call(function=name) if name in _RISES:
            return True
        case ast.Call(function="label_replace", arguments=(operand, *_)):
            return _is_rising(operand)
        case ast.Aggregate(operator=operator, operand=operand):
            return operator in _VALUED and _is_rising(operand)
        case ast.Binary(operator=_O.ADD, left=left, right=right):
            return _is_rising(left) and _is_rising(right)
        case _:
            return False
