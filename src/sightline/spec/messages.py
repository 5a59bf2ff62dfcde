"""pydantic's errors → findings: what was expected, what was found, what to do."""

import difflib
import types
import typing
from collections.abc import Mapping
from typing import Final

import pydantic
import pydantic_core

from sightline.formats import nodes, reporting
from sightline.spec import shapes

__all__ = ["report", "report_name", "report_unknown_key"]

_KEY_MARK: Final = "[key]"
"""What pydantic appends to the place of a mapping's key that it refuses."""

_CONTAINERS: Final = {
    "model_type": "a mapping",
    "dict_type": "a mapping",
    "list_type": "a list",
}


def report(
    error: pydantic.ValidationError,
    shape: type[shapes.Shape],
    node: nodes.Node,
    path: nodes.Path,
    reporter: reporting.Reporter,
) -> None:
    """Reports each mistake once, at the key or value that is wrong.

    A misspelt key is also a missing one; only the spelling is reported.

    Args:
        error: what pydantic says about the mapping at `path`.
        shape: what the mapping should be.
        node: the document that holds it.
        path: the way to the mapping.
        reporter: takes the findings.
    """
    errors = error.errors(include_url=False, include_input=False)
    misspelt: set[nodes.Path] = set()
    for detail in errors:
        if detail["type"] == "extra_forbidden":
            *parent, key = detail["loc"]
            known = _known_keys(shape, tuple(parent))
            where = (*path, *parent)
            guess = report_unknown_key(str(key), known, node, where, reporter)
            misspelt.add((*parent, guess))
    for detail in errors:
        if detail["type"] != "extra_forbidden" and detail["loc"] not in misspelt:
            _report_detail(detail, node, path, reporter)


def report_unknown_key(
    key: str,
    known: list[str],
    node: nodes.Node,
    path: nodes.Path,
    reporter: reporting.Reporter,
) -> str:
    """Reports a key that a mapping does not have; gives the one it looks like."""
    near = difflib.get_close_matches(key, known, n=1)
    reporter.error(
        "unknown-key",
        nodes.name_span(node, (*path, key)),
        f"expected a known key, found {key!r}",
        reporting.suggest(key, known, plural="keys here"),
    )
    return near[0] if near else ""


def report_name(
    error: pydantic.ValidationError,
    name: str,
    node: nodes.MappingNode,
    reporter: reporting.Reporter,
) -> None:
    """Reports the name of an entry that does not read as a name should."""
    for detail in error.errors(include_url=False, include_input=False):
        path = (name, _KEY_MARK)
        _report_detail({**detail, "loc": path}, node, (), reporter)


def _report_detail(
    detail: pydantic_core.ErrorDetails,
    node: nodes.Node,
    path: nodes.Path,
    reporter: reporting.Reporter,
) -> None:
    where, context = (*path, *detail["loc"]), detail.get("ctx", {})
    if detail["type"] == "missing":
        *parent, key = where
        reporter.error(
            "missing-key",
            nodes.name_span(node, tuple(parent)),
            f"expected the key {key!r}, found none",
            f"add `{key}: …`",
        )
        return
    check, expected, hint = _expectation(detail["type"], context)
    if where[-1:] == (_KEY_MARK,):
        key_path = where[:-1]
        span, found = nodes.name_span(node, key_path), repr(str(key_path[-1]))
    else:
        found_node = nodes.find(node, where)
        # What may be a secret is not shown.
        found = str(context.get("found") or nodes.describe(found_node))
        # An empty value stands nowhere; its key does.
        is_nothing = found == "nothing"
        span = nodes.name_span(node, where) if is_nothing else found_node.span
    reporter.error(check, span, f"expected {expected}, found {found}", hint)


def _expectation(kind: str, context: Mapping[str, object]) -> tuple[str, str, str]:
    """Gives the check's name, what was expected and what to do."""
    match kind:
        case "spec":
            check, expected = str(context["check"]), str(context["expected"])
            return check, expected, str(context["hint"])
        case "too_short":
            return "type", "at least one item", "add one, or remove what needs it"
        case "model_type" | "dict_type" | "list_type":
            return "type", _CONTAINERS[kind], ""
        case _:  # a type of pydantic's own that no field uses today
            return "type", f"another kind of value ({kind})", ""


def _known_keys(shape: type[shapes.Shape], path: nodes.Path) -> list[str]:
    """Gives the keys of the mapping at `path` inside a shape."""
    annotation: object = shape
    for step in path:
        annotation = _inside(annotation, step)
    if isinstance(annotation, type) and issubclass(annotation, shapes.Shape):
        return [field.alias or name for name, field in annotation.model_fields.items()]
    return []


def _inside(annotation: object, step: str | int) -> object:
    """Gives the type of what stands behind `step` in a value of a type."""
    if isinstance(annotation, type) and issubclass(annotation, shapes.Shape):
        for name, field in annotation.model_fields.items():
            if (field.alias or name) == step:
                return _bare(field.annotation)
        return None
    arguments = typing.get_args(annotation)
    return _bare(arguments[-1]) if arguments else None


def _bare(annotation: object) -> object:
    """Takes `None` and metadata off a type."""
    if typing.get_origin(annotation) is typing.Annotated:
        return _bare(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in {types.UnionType, typing.Union}:
        arguments = typing.get_args(annotation)
        return _bare(next(kind for kind in arguments if kind is not type(None)))
    return annotation
