"""Why a changed rule can differ in nothing: two rules, each with its reason.

Nothing but these, `pinning`, `reaching` and `zeros` is taken for equivalent: what
survives for another reason is a survivor.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sightline.promql import ast, walking
from sightline.proofs import dropping, rulebook

__all__ = ["explain_filter", "explain_guard"]

_O = ast.BinaryOperator
_ABOVE: Final = frozenset({_O.GREATER, _O.GREATER_EQUAL})

_NO_NUMBER: Final = "a part of nothing divided by nothing is NaN, as without `=`"
_FILTERED_ANYWAY: Final = "all who read it keep only what is above both filters"


def explain_guard(
    tree: ast.Expression,
    node: ast.Expression,
    other: object,
    name: str = "",
    readers: Iterable[ast.Expression] = (),
) -> str:
    """Says why `part / (total > 0)` is the same with `>=`; empty where it is not.

    Where the total of some increases is 0, so is each part of it over the same time,
    and 0 / 0 is NaN, which no comparison but `!=` keeps.

    Args:
        tree: the whole expression.
        node: the part of it that is changed.
        other: what takes its place.
        name: what the expression is recorded as; empty for an alert's.
        readers: the expressions that may read what is recorded.
    """
    if not isinstance(other, ast.Binary) or other.operator is not _O.GREATER_EQUAL:
        return ""
    if not any(node is guard for guard in _guards(tree)):
        return ""
    is_dropped = dropping.is_dropped(tree, node, _waits_for_nan, name, readers)
    return _NO_NUMBER if is_dropped else ""


def _waits_for_nan(node: ast.Expression, is_within: bool) -> Sequence[bool]:  # noqa: FBT001 - the shape of `dropping.Waiting`
    match node:
        case ast.Binary(operator=operator) if operator in ast.COMPARISONS:
            is_within = operator is not _O.NOT_EQUAL and not node.returns_bool
        case ast.Binary(operator=operator) if operator in ast.SET_OPERATORS:
            is_within = False
        case ast.Binary() | ast.Parenthesis() | ast.Unary():
            pass
        case ast.Call(function="label_replace"):
            pass
        case _:
            is_within = False
    return [is_within] * len(walking.children(node))


def _guards(tree: ast.Expression) -> Iterator[ast.Expression]:
    for node in walking.walk(tree):
        if not isinstance(node, ast.Binary) or node.operator is not _O.DIVIDE:
            continue
        match walking.bare(node.right):
            case ast.Binary(operator=_O.GREATER, right=ast.Number(number=0.0)) as guard:
                if _is_part(node.left, guard.left):
                    yield guard
            case _:
                pass


def _is_part(part: ast.Expression, total: ast.Expression) -> bool:
    """Whether all that one side reads is increases that the other reads as well."""
    wholes = list(rulebook.walk_ranges(total))
    return all(
        ranged > 0
        and any(
            (one.metric, ranged, offset) == (whole.metric, reach, lag)
            and set(whole.matchers) <= set(one.matchers)
            for whole, reach, lag in wholes
        )
        for one, ranged, offset in rulebook.walk_ranges(part)
    )


def explain_filter(
    record: rulebook.Record, changed: ast.Expression, readers: Iterable[ast.Expression]
) -> str:
    """Says why another filter of what is recorded is the same to all who read it.

    What is recorded as `x > 0` and read as `record > 1` alone may as well be recorded
    as `x >= 0`, or as `x > 1`.

    Args:
        record: the rule.
        changed: its expression with the change.
        readers: the expressions that may read what it records.
    """
    before, after = walking.bare(record.tree), walking.bare(changed)
    filters = (_limit(before), _limit(after))
    if None in filters or not isinstance(before, ast.Binary):
        return ""
    if not isinstance(after, ast.Binary) or before.left != after.left:
        return ""
    highest = max(one for one in filters if one is not None)
    is_same = all(_keeps_only_above(reader, record.name, highest) for reader in readers)
    return _FILTERED_ANYWAY if is_same else ""


def _limit(node: ast.Expression) -> float | None:
    match node:
        case ast.Binary(operator=operator, right=ast.Number(number=number)) if (
            operator in _ABOVE and not node.returns_bool
        ):
            return number
        case _:
            return None


def _keeps_only_above(tree: ast.Expression, name: str, limit: float) -> bool:
    """Whether what reads a record drops all that is not above a number."""
    filtered = {
        id(walking.bare(node.left))
        for node in walking.walk(tree)
        if isinstance(node, ast.Binary)
        and (own := _limit(node)) is not None
        and (own > limit or (own == limit and node.operator is _O.GREATER))
    }
    return all(
        id(selector) in filtered
        for selector in walking.selectors(tree)
        if dropping.reads(selector, name)
    )
