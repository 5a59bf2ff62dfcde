"""Kubernetes objects that hold monitoring: what is inside, as a file of its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sightline.formats import nodes, texts

__all__ = ["Inner", "kind_of", "unpack"]

_CAPITAL: Final = re.compile(r"(?<=[a-z])([A-Z])")
_SIGNS: Final = ("=", "!=", "=~", "!~")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """A native file inside an object.

    Attributes:
        kind: of the object that holds it.
        name: of the file, where there is one; it says what the file is.
        content: the file's text, or its tree where the object spells it out.
    """

    kind: str
    name: str
    content: texts.Text | nodes.Node


def kind_of(node: nodes.Node) -> str | None:
    """Gives the kind of a Kubernetes object; `None` for anything else."""
    if isinstance(node, nodes.MappingNode) and "apiVersion" in node.pairs:
        return _word(node, "kind") or None
    return None


def unpack(node: nodes.Node, source: texts.Source) -> Iterator[Inner]:
    """Gives the native files in an object, none for an object of another kind."""
    if not isinstance(node, nodes.MappingNode):
        return
    kind = kind_of(node) or ""
    match kind:
        case "ConfigMap":
            yield from _files(node, "data", kind, source)
        case "Secret":
            yield from _files(node, "stringData", kind, source)
        case "PrometheusRule":
            yield Inner(kind=kind, name="", content=nodes.find(node, ("spec",)))
        case "AlertmanagerConfig":
            spec = _snake(nodes.find(node, ("spec",)))
            yield Inner(kind=kind, name="", content=spec)
        case "GrafanaDashboard":
            yield from _dashboard(node, kind, source)
        case "Dashboard":
            yield Inner(kind=kind, name="", content=node)
        case _:
            yield from _items(node, kind, source)


def _dashboard(
    node: nodes.MappingNode, kind: str, source: texts.Source
) -> Iterator[Inner]:
    text = nodes.find(node, ("spec", "json"))
    if isinstance(text, nodes.ScalarNode):
        inner = texts.Text.of(text, source)
        yield Inner(kind=kind, name="dashboard.json", content=inner)


def _items(node: nodes.MappingNode, kind: str, source: texts.Source) -> Iterator[Inner]:
    items = nodes.find(node, ("items",))
    if kind.endswith("List") and isinstance(items, nodes.SequenceNode):
        for item in items.items:
            yield from unpack(item, source)


def _files(
    node: nodes.MappingNode, key: str, kind: str, source: texts.Source
) -> Iterator[Inner]:
    held = nodes.find(node, (key,))
    if key in node.pairs and isinstance(held, nodes.MappingNode):
        for name, pair in held.pairs.items():
            if isinstance(pair.node, nodes.ScalarNode):
                text = texts.Text.of(pair.node, source)
                yield Inner(kind=kind, name=name, content=text)


def _word(node: nodes.MappingNode, key: str) -> str:
    pair = node.pairs.get(key)
    return pair.node.text if pair and isinstance(pair.node, nodes.ScalarNode) else ""


def _snake(node: nodes.Node) -> nodes.Node:
    """Gives an AlertmanagerConfig's tree as Alertmanager's own file writes it."""
    match node:
        case nodes.SequenceNode():
            items = tuple(_snake(item) for item in node.items)
            return nodes.SequenceNode(items=items, span=node.span)
        case nodes.MappingNode(pairs={"name": _, "value": _}):
            return _matcher(node)
        case nodes.MappingNode():
            pairs = {
                _snake_name(key): nodes.Pair(
                    key_span=pair.key_span, node=_snake(pair.node)
                )
                for key, pair in node.pairs.items()
            }
            return nodes.MappingNode(pairs=pairs, span=node.span)
        case _:
            return node


def _snake_name(key: str) -> str:
    name = _CAPITAL.sub(lambda found: "_" + found[1], key).lower()
    return {"source_match": "source_matchers", "target_match": "target_matchers"}.get(
        name, name
    )


def _matcher(node: nodes.MappingNode) -> nodes.Node:
    """Gives `{name: a, value: b, matchType: =}` as the text `a="b"`."""
    sign = _word(node, "matchType")
    if sign not in _SIGNS:
        sign = "=~" if _word(node, "regex") == "true" else "="
    written = _word(node, "value").replace("\\", "\\\\").replace('"', '\\"')
    text = f'{_word(node, "name")}{sign}"{written}"'
    return nodes.ScalarNode(text=text, content=text, span=node.span)
