"""Going through a tree, and making another one from it.

Trees are never changed: `transform` and `replace` give new ones that share what
stayed the same. Both leave spans as they were, so that a node still says where it
came from::

    for node in walking.walk(tree):
        if isinstance(node, ast.MatrixSelector):
            wider = dataclasses.replace(node, range_seconds=node.range_seconds * 2)
            mutant = walking.replace(tree, node, wider)
"""

import dataclasses
from collections.abc import Callable, Iterator
from typing import assert_never

from sightline.promql import ast

__all__ = [
    "bare",
    "children",
    "replace",
    "selectors",
    "transform",
    "walk",
    "walk_up",
]


def children(
    node: ast.Expression,
) -> tuple[ast.Expression, ...]:
    """Gives what a node is made of, in the order of the text."""
    match node:
        case ast.Number() | ast.String() | ast.VectorSelector():
            return ()
        case ast.MatrixSelector():
            return (node.selector,)
        case ast.Subquery() | ast.Unary() | ast.Parenthesis():
            return (node.operand,)
        case ast.Call():
            return node.arguments
        case ast.Aggregate():
            first = () if node.parameter is None else (node.parameter,)
            return (*first, node.operand)
        case ast.Binary():
            return (node.left, node.right)
        case _:
            assert_never(node)


def walk(node: ast.Expression) -> Iterator[ast.Expression]:
    """Gives the node and everything in it, from the outside in, left before right."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))


def walk_up(node: ast.Expression) -> Iterator[ast.Expression]:
    """Gives everything in a node and then the node, parts always before their whole.

    What is said of a node from what is said of its parts is found in this order,
    without recursion: a chain of operators is as deep as it is long.
    """
    found, waiting = [], [node]
    while waiting:
        current = waiting.pop()
        found.append(current)
        waiting.extend(children(current))
    return reversed(found)


def selectors(node: ast.Expression) -> Iterator[ast.VectorSelector]:
    """Gives every selector in a tree, also those with a range."""
    return (found for found in walk(node) if isinstance(found, ast.VectorSelector))


def bare(node: ast.Expression) -> ast.Expression:
    """Gives what stands within any number of parentheses."""
    while isinstance(node, ast.Parenthesis):
        node = node.operand
    return node


def transform(
    node: ast.Expression, change: Callable[[ast.Expression], ast.Expression]
) -> ast.Expression:
    """Gives the tree in which every node is what `change` made of it.

    `change` meets the parts of a node before the node, which holds what it gave for
    them; it returns a node that it leaves alone as it is.

    Raises:
        TypeError: when something else than a selector is given a range.
    """
    made: dict[int, ast.Expression] = {}
    for current in walk_up(node):
        before = children(current)
        after = tuple(made[id(child)] for child in before)
        if any(new is not old for new, old in zip(after, before, strict=True)):
            made[id(current)] = change(_with_children(current, after))
        else:
            made[id(current)] = change(current)
    return made[id(node)]


def replace(
    tree: ast.Expression, node: ast.Expression, replacement: ast.Expression
) -> ast.Expression:
    """Gives `tree` with `replacement` in the place of `node`, which is one of its own.

    Raises:
        TypeError: when something else than a selector is given a range.
    """
    return transform(tree, lambda found: replacement if found is node else found)


def _with_children(  # noqa: PLR0911  # one case for each kind of node
    node: ast.Expression, parts: tuple[ast.Expression, ...]
) -> ast.Expression:
    match node:
        case ast.Number() | ast.String() | ast.VectorSelector():
            return node
        case ast.MatrixSelector():
            if not isinstance(parts[0], ast.VectorSelector):
                raise TypeError("only a selector has a range")
            return dataclasses.replace(node, selector=parts[0])
        case ast.Subquery() | ast.Unary() | ast.Parenthesis():
            return dataclasses.replace(node, operand=parts[0])
        case ast.Call():
            return dataclasses.replace(node, arguments=parts)
        case ast.Aggregate(parameter=None):
            return dataclasses.replace(node, operand=parts[0])
        case ast.Aggregate():
            return dataclasses.replace(node, parameter=parts[0], operand=parts[1])
        case ast.Binary():
            return dataclasses.replace(node, left=parts[0], right=parts[1])
        case _:
            assert_never(node)
