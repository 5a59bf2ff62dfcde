"""Operators between two vectors: who finds a partner, and what comes of it."""

from collections.abc import Iterable, Iterator
from typing import Final

from sightline.promql import ast, facts, labelsets

__all__ = ["join_labels", "join_vectors"]

_NAME: Final = labelsets.METRIC_NAME


def join_vectors(
    node: ast.Binary, left: facts.Vector, right: facts.Vector
) -> facts.Join:
    """Gives how the series of two vectors find each other."""
    matching = node.matching
    ignored: tuple[str, ...] = ()
    if matching is not None and not matching.is_ignoring:
        keys: tuple[str, ...] = matching.labels
        labels: tuple[str, ...] | None = keys
    else:
        ignored = () if matching is None else matching.labels
        named = left.labels.named.keys() | right.labels.named.keys()
        keys = tuple(sorted(named - {*ignored, _NAME}))
        labels = None
    blockers = tuple(
        key for key in keys if left.labels[key].meet(right.labels[key]).is_impossible
    )
    return facts.Join(
        labels=labels,
        ignored=ignored,
        blockers=blockers,
        ambiguous=_ambiguous(node, left, right, labels, ignored),
    )


def join_labels(
    node: ast.Binary, left: facts.Vector, right: facts.Vector, join: facts.Join
) -> labelsets.LabelSet:
    """Gives the labels of what an arithmetic or comparing operator gives."""
    matching = node.matching
    group = None if matching is None else matching.group
    many, one = left.labels, right.labels
    if group is not None and group.many is ast.Side.RIGHT:
        many, one = one, many
    keys = _keys(join, many, one)
    labels = many.meet(one, keys)
    if group is None:
        labels = (
            labels.keep(join.labels)
            if join.labels is not None
            else labels.drop(join.ignored)
        )
    else:
        labels = labels.set({name: one[name] for name in group.include})
    if node.fill is not None:
        labels = labels.join(_filled(node, left.labels, right.labels, join))
    return labels


def _keys(
    join: facts.Join, many: labelsets.LabelSet, one: labelsets.LabelSet
) -> Iterable[str]:
    if join.labels is not None:
        return join.labels
    return (many.named.keys() | one.named.keys()) - {*join.ignored, _NAME}


def _filled(
    node: ast.Binary,
    left: labelsets.LabelSet,
    right: labelsets.LabelSet,
    join: facts.Join,
) -> labelsets.LabelSet:
    """Gives the labels of series whose partner is made up: those that count."""
    group = None if node.matching is None else node.matching.group
    joined = left.join(right)
    if group is None:
        if join.labels is not None:
            return joined.keep(join.labels)
        return joined.drop(join.ignored)
    # What a made-up partner brings along is nothing.
    include = {name: joined[name].join(labelsets.ABSENT) for name in group.include}
    return joined.set(include)


def _ambiguous(
    node: ast.Binary,
    left: facts.Vector,
    right: facts.Vector,
    labels: tuple[str, ...] | None,
    ignored: tuple[str, ...],
) -> tuple[str, ...]:
    """Gives the labels in which two series can differ that should be one."""
    if node.operator in ast.SET_OPERATORS:
        return ()
    group = None if node.matching is None else node.matching.group
    sides = [
        vector
        for side, vector in ((ast.Side.LEFT, left), (ast.Side.RIGHT, right))
        if group is None or group.many is not side
    ]
    found = {
        name for side in sides for name in _differing(side.labels, labels, ignored)
    }
    return tuple(sorted(found))


def _differing(
    side: labelsets.LabelSet, labels: tuple[str, ...] | None, ignored: tuple[str, ...]
) -> Iterator[str]:
    if labels is None:
        names: Iterable[str] = {*ignored, _NAME}
    else:
        names = side.named.keys() - set(labels)
        if not side.is_closed:
            yield facts.OTHERS
    yield from (name for name in names if side[name].count > 1)
