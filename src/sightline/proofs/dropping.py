"""Whether what a part gives now and then, NaN or 0, is dropped before it is a result.

What is recorded goes on into the expressions that read it, so those are asked as well.
"""

from collections.abc import Callable, Iterable, Sequence

from sightline.promql import ast, walking

__all__ = ["Waiting", "is_dropped", "reads"]

Waiting = Callable[[ast.Expression, bool], Sequence[bool]]
"""Says for each child of a node whether a comparison that drops the value waits for
what the child gives, from whether one waits for what the node gives."""


def is_dropped(
    tree: ast.Expression,
    part: ast.Expression,
    waiting: Waiting,
    name: str = "",
    readers: Iterable[ast.Expression] = (),
) -> bool:
    """Whether the value of a part gets no further than to a comparison.

    Args:
        tree: the whole expression.
        part: the very part of it that gives the value.
        waiting: which comparisons drop it, and what carries it to them.
        name: what the expression is recorded as; empty for an alert's.
        readers: the expressions that may read what is recorded.
    """

    def is_part(node: ast.Expression) -> bool:
        return node is part

    if _drops(tree, is_part, waiting, is_within=False):
        return True
    return (
        bool(name)
        and _drops(tree, is_part, waiting, is_within=True)
        and all(
            _drops(one, lambda node: reads(node, name), waiting, is_within=False)
            for one in readers
        )
    )


def reads(node: ast.Expression, name: str) -> bool:
    """Whether a part may read what is recorded under a name."""
    return isinstance(node, ast.VectorSelector) and node.metric in {name, None}


def _drops(
    node: ast.Expression,
    is_source: Callable[[ast.Expression], bool],
    waiting: Waiting,
    *,
    is_within: bool,
) -> bool:
    if is_source(node):
        return is_within
    return all(
        _drops(child, is_source, waiting, is_within=one)
        for child, one in zip(
            walking.children(node), waiting(node, is_within), strict=True
        )
    )
