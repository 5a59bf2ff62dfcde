"""YAML as a tree in which everything knows its place."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sightline.model import spans

__all__ = [
    "MappingNode",
    "Node",
    "Pair",
    "Path",
    "ScalarNode",
    "SequenceNode",
    "describe",
    "find",
    "name_span",
    "plain",
]

Path = tuple[str | int, ...]
"""The way from a node to one inside it: keys of mappings, positions in lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalarNode:
    """One piece of text, number, truth value or nothing; `text` is as written.

    Attributes:
        start: the offset in the file of its first character, from 0.
        style: `""` plain, `'` and `"` quoted, `|` and `>` blocks.
    """

    text: str
    content: str | int | float | bool | None
    span: spans.Span
    start: int = 0
    style: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceNode:
    """A list."""

    items: tuple["Node", ...]
    span: spans.Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A key's place and what stands behind it."""

    key_span: spans.Span
    node: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingNode:
    """Keys, in the order of the file, and what stands behind them."""

    pairs: Mapping[str, Pair]
    span: spans.Span


Node = ScalarNode | SequenceNode | MappingNode


def plain(node: Node) -> object:
    """Gives the node as ordinary `dict`, `list` and scalar objects."""
    match node:
        case ScalarNode():
            return node.content
        case SequenceNode():
            return [plain(item) for item in node.items]
        case MappingNode():
            return {key: plain(pair.node) for key, pair in node.pairs.items()}


def find(node: Node, path: Path) -> Node:
    """Gives the node at `path`, or the last one before the path leaves the tree."""
    for step in path:
        inner = _step(node, step)
        if inner is None:
            return node
        node = inner
    return node


def name_span(node: Node, path: Path) -> spans.Span:
    """Gives the place of the key at the end of `path`; of the item in a list.

    That is where a reader looks for the thing that the path names, while the place
    of a mapping in block style is its first key, one line below.
    """
    if not path:
        return node.span
    parent, last = find(node, path[:-1]), path[-1]
    if isinstance(parent, MappingNode) and last in parent.pairs:
        return parent.pairs[str(last)].key_span
    return find(parent, (last,)).span


def describe(node: Node) -> str:
    """Names what a node is, for the word *found* in a message."""
    match node:
        case MappingNode():
            return "a mapping" if node.pairs else "an empty mapping"
        case SequenceNode():
            return "a list" if node.items else "an empty list"
        case ScalarNode(content=None):
            return "nothing"
        case ScalarNode(content=str(text)):
            return repr(_presentable(text))
        case ScalarNode():
            return node.text


def _step(node: Node, step: str | int) -> Node | None:
    match node, step:
        case MappingNode(), str(key) if key in node.pairs:
            return node.pairs[key].node
        case SequenceNode(), int(index) if index < len(node.items):
            return node.items[index]
        case _:
            return None


_SHOWN_CHARACTERS: Final = 60
_CREDENTIALS: Final = re.compile(r"://[^/\s]*@")


def _presentable(text: str) -> str:
    """Gives the text as it can be shown: no password, not longer than a line."""
    text = _CREDENTIALS.sub("://***@", text)
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"
