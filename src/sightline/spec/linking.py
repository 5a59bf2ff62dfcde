"""Every name that is used but not declared, found on the YAML by the shapes' marks."""

import functools
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sightline.formats import nodes, reporting
from sightline.model import environments, slos
from sightline.spec import references, shapes

__all__ = ["report_unknown_names"]

_Mark = references.Declares | references.RefersTo
_Marked = tuple[_Mark, nodes.ScalarNode]

_BUILT_IN: Final[Mapping[references.Kind, frozenset[str]]] = {
    references.Kind.ALERT: frozenset(slos.ALERTS),
    references.Kind.PROMISER: frozenset({slos.PLATFORM}),
    references.Kind.SOURCE: environments.FACILITIES,
}
"""Names that nobody declares: what every set of objectives brings along."""


def report_unknown_names(
    roots: Iterable[nodes.MappingNode],
    reporter: reporting.Reporter,
    *,
    is_complete: bool,
) -> None:
    """Reports each use of a name that no file declares.

    Args:
        roots: the documents.
        reporter: takes the findings.
        is_complete: the documents are the whole spec; otherwise a name that seems
            to be unknown may well stand in what could not be read.
    """
    marked = [found for root in roots for found in _marked(shapes.Spec, root)]
    names = {kind: set(_BUILT_IN.get(kind, ())) for kind in references.Kind}
    for mark, node in marked:
        if isinstance(mark, references.Declares):
            for kind in mark.kinds:
                names[kind].add(node.text)
    for mark, node in marked:
        if not isinstance(mark, references.RefersTo) or node.text in names[mark.kind]:
            continue
        # Teams stand in one list: when there is one, it is all of them.
        is_list = mark.kind is references.Kind.TEAM
        if names[mark.kind] if is_list else is_complete:
            _report(mark.kind, node, names[mark.kind], reporter)


def _report(
    kind: references.Kind,
    node: nodes.ScalarNode,
    names: set[str],
    reporter: reporting.Reporter,
) -> None:
    article = "an" if kind.value[0] in "aeiou" else "a"
    reporter.error(
        "reference",
        node.span,
        f"expected {article} {kind.value} that is declared,"
        f" found {nodes.describe(node)}",
        reporting.suggest(node.text, names, plural="names"),
    )


def _marked(annotation: object, node: nodes.Node) -> Iterator[_Marked]:
    """Gives the marked texts in a node that should be of a type, as far as it is."""
    if typing.get_origin(annotation) is typing.Annotated:
        base, *marks = typing.get_args(annotation)
        if isinstance(node, nodes.ScalarNode) and isinstance(node.content, str):
            yield from ((mark, node) for mark in marks if isinstance(mark, _Mark))
        yield from _marked(base, node)
    elif typing.get_origin(annotation) in {types.UnionType, typing.Union}:
        for choice in typing.get_args(annotation):
            yield from _marked(choice, node)
    elif isinstance(node, nodes.SequenceNode):
        for inner in typing.get_args(annotation):
            for item in node.items:
                yield from _marked(inner, item)
    elif isinstance(node, nodes.MappingNode):
        yield from _marked_in_mapping(annotation, node)


def _marked_in_mapping(
    annotation: object, node: nodes.MappingNode
) -> Iterator[_Marked]:
    if isinstance(annotation, type) and issubclass(annotation, shapes.Shape):
        for key, inner in _keys(annotation).items():
            if key in node.pairs:
                yield from _marked(inner, node.pairs[key].node)
    elif typing.get_origin(annotation) is dict:
        key_type, inner = typing.get_args(annotation)
        for key, pair in node.pairs.items():
            name = nodes.ScalarNode(text=key, content=key, span=pair.key_span)
            yield from _marked(key_type, name)
            yield from _marked(inner, pair.node)


@functools.cache
def _keys(shape: type[shapes.Shape]) -> Mapping[str, object]:
    """Gives the keys of a shape that hold marks somewhere, with their types."""
    hints = typing.get_type_hints(shape, include_extras=True)
    return {
        field.alias or name: hints[name]
        for name, field in shape.model_fields.items()
        if _is_marked(hints[name], frozenset({shape}))
    }


def _is_marked(annotation: object, above: frozenset[object]) -> bool:
    """Whether a type may have a mark inside; one that holds its like is not opened."""
    if isinstance(annotation, _Mark):
        return True
    if isinstance(annotation, type) and issubclass(annotation, shapes.Shape):
        if annotation in above:
            return True
        hints = typing.get_type_hints(annotation, include_extras=True)
        within = {*above, annotation}
        return any(_is_marked(one, frozenset(within)) for one in hints.values())
    return any(_is_marked(one, above) for one in typing.get_args(annotation))
