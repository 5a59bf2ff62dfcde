"""Environments that take over from another one what they do not say themselves.

It happens on the YAML, before shapes are looked at: what is taken over keeps its place,
so that a mistake in it is shown where it was written.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from sightline.formats import nodes, reporting

__all__ = ["KEY", "expand"]

KEY: Final = "inherits"
"""The key that names the environment from which the rest is taken."""

_SECTION: Final = "environments"


def expand(
    roots: Iterable[nodes.MappingNode], reporter: reporting.Reporter
) -> tuple[nodes.MappingNode, ...]:
    """Gives the documents with every environment whole; reports circles.

    Mappings are joined key by key; a list or any other value replaces what was there,
    and `null` takes it away. An environment that inherits from nothing known, or in a
    circle, is left out: what it lacks is not its mistake. Unknown names are reported
    by those who look at all names.
    """
    documents = tuple(roots)
    declared = {
        name: pair.node
        for root in documents
        for name, pair in _environments(root)
        if isinstance(pair.node, nodes.MappingNode)
    }
    _report_circles(declared, reporter)
    return tuple(_expand_root(root, declared) for root in documents)


def _environments(root: nodes.MappingNode) -> Iterator[tuple[str, nodes.Pair]]:
    section = root.pairs.get(_SECTION)
    if section is not None and isinstance(section.node, nodes.MappingNode):
        yield from section.node.pairs.items()


def _expand_root(
    root: nodes.MappingNode, declared: Mapping[str, nodes.MappingNode]
) -> nodes.MappingNode:
    entries = dict(_environments(root))
    if not any(_parent(declared.get(name)) for name in entries):
        return root
    whole = {
        name: replace(pair, node=_whole(name, declared)) if name in declared else pair
        for name, pair in entries.items()
        if name not in declared or _is_rooted(name, declared)
    }
    section = root.pairs[_SECTION]
    joined = nodes.MappingNode(pairs=whole, span=section.node.span)
    return replace(root, pairs={**root.pairs, _SECTION: replace(section, node=joined)})


def _is_rooted(name: str, declared: Mapping[str, nodes.MappingNode]) -> bool:
    """Whether the line of ancestors ends in an environment that inherits nothing."""
    *_, oldest = (name, *_ancestors(name, declared))
    return nodes.find(declared[oldest], (KEY,)) is declared[oldest]


def _whole(name: str, declared: Mapping[str, nodes.MappingNode]) -> nodes.MappingNode:
    """Gives an environment with all that it inherits, the nearest last."""
    merged = declared[name]
    for ancestor in _ancestors(name, declared):
        merged = _merge(declared[ancestor], merged)
    return merged


def _ancestors(name: str, declared: Mapping[str, nodes.MappingNode]) -> Iterator[str]:
    """Gives the environments that one inherits from, the nearest first; each once."""
    seen = {name}
    parent = _parent(declared[name])
    while parent is not None and parent in declared and parent not in seen:
        seen.add(parent)
        yield parent
        parent = _parent(declared[parent])


def _merge(inherited: nodes.MappingNode, own: nodes.MappingNode) -> nodes.MappingNode:
    pairs = dict(inherited.pairs)
    for key, pair in own.pairs.items():
        before = pairs.get(key)
        if (
            before is not None
            and isinstance(before.node, nodes.MappingNode)
            and isinstance(pair.node, nodes.MappingNode)
        ):
            pairs[key] = replace(pair, node=_merge(before.node, pair.node))
        elif _is_nothing(pair.node):
            pairs.pop(key, None)
        else:
            pairs[key] = pair
    return replace(own, pairs=pairs)


def _is_nothing(node: nodes.Node) -> bool:
    return isinstance(node, nodes.ScalarNode) and node.content is None


def _parent(node: nodes.MappingNode | None) -> str | None:
    pair = node.pairs.get(KEY) if node else None
    named = (
        pair.node.content if pair and isinstance(pair.node, nodes.ScalarNode) else None
    )
    return named if isinstance(named, str) else None


def _report_circles(
    declared: Mapping[str, nodes.MappingNode], reporter: reporting.Reporter
) -> None:
    """Reports each circle once, at the environment of it that stands first."""
    known: set[str] = set()
    for name, node in declared.items():
        circle = (name, *_ancestors(name, declared))
        if _parent(declared[circle[-1]]) == name and name not in known:
            known.update(circle)
            shown = " → ".join((*circle, name))
            reporter.error(
                "cycle",
                nodes.find(node, (KEY,)).span,
                f"expected environments without a circle, found {shown}",
                f"remove one `{KEY}`",
            )
