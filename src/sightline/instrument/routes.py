"""Routes as a service declares them, and finding the one that a path belongs to.

A template is a path whose segments may be parameters: `/jobs/{job_id}`. The last one
may take the rest of the path: `/files/{name:path}`. Other converters (`{id:int}`) are
read as plain parameters, since the router, not the measurement, judges them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from sightline.model import services

__all__ = ["UNMATCHED", "Matcher", "Route", "routes_of"]

UNMATCHED: Final = "unmatched"
"""The route label of a request that no route claims."""

_REST: Final = ":path"

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one template, and the class of operation that it is.

    Attributes:
        method: in capitals; HEAD is counted with the operation of GET.
        template: `/jobs/{job_id}`, as the framework would write it.
        statuses: shown as 0 from the start, besides `metrics.INITIAL_STATUSES`.
    """

    method: str
    template: str
    operation: services.OperationClass = services.OperationClass.OTHER
    statuses: tuple[int, ...] = ()


def routes_of(service: services.Service) -> tuple[Route, ...]:
    """Gives the routes that a service of the model declares."""
    return tuple(
        Route(method, operation.route, operation.operation)
        for operation in service.operations
        for method in operation.methods
    )


class _Node(Generic[Found]):
    """Where a path has been followed to, and how it may go on."""

    __slots__ = ("found", "literal", "parameter", "rest")

    def __init__(self) -> None:
        self.literal: dict[str, _Node[Found]] = {}
        self.parameter: _Node[Found] | None = None
        self.rest: Found | None = None
        self.found: Found | None = None


@dataclass(slots=True)
class Matcher(Generic[Found]):
    """A table from templates to what was declared for them.

    A path without parameters is one look-up in a dictionary. Others walk a tree, one
    dictionary look-up per segment; literal segments win over parameters, which win
    over the rest of the path. Nothing is remembered per path, so that nothing grows.
    """

    _exact: dict[str, Found] = field(default_factory=dict)
    _root: _Node[Found] = field(default_factory=_Node)
    _depth: int = 0

    @classmethod
    def of(cls, declared: Mapping[str, Found]) -> "Matcher[Found]":
        """Gives a matcher of templates.

        Raises:
            ValueError: when a template is malformed, or two match the same paths.
        """
        matcher: Matcher[Found] = cls()
        for template, found in declared.items():
            matcher._add(template, found)
        return matcher

    def find(self, path: str) -> Found | None:
        """Gives what was declared for the template that `path` matches."""
        found = self._exact.get(path)
        if found is not None or not self._depth:
            return found
        # Cut off beyond the deepest template: a path of a million slashes costs no
        # more than any other.
        return _walk(self._root, path.split("/", self._depth), 1)

    def _add(self, template: str, found: Found) -> None:
        if "{" not in template and "}" not in template:
            _check_path(template)
            self._exact[template] = found
        # Templates without parameters are in the tree as well: it must not give a
        # less exact answer, where `/jobs/{id}` would also take `/jobs/new`.
        segments = list(_segments_of(template))
        node = self._root
        for segment in segments[:-1]:
            node = _step(node, segment)
        if segments and segments[-1].endswith(_REST + "}"):
            if node.rest is not None:
                raise ValueError(f"another route matches the paths of {template!r}")
            node.rest = found
        else:
            node = _step(node, segments[-1])
            if node.found is not None:
                raise ValueError(f"another route matches the paths of {template!r}")
            node.found = found
        if "{" in template:
            self._depth = max(self._depth, len(segments) + 1)


def _check_path(template: str) -> None:
    if not template.startswith("/"):
        raise ValueError(f"expected a path that starts with '/', found {template!r}")


def _segments_of(template: str) -> Iterator[str]:
    _check_path(template)
    segments = template.split("/")[1:]
    for position, segment in enumerate(segments, start=1):
        is_parameter = segment.startswith("{") and segment.endswith("}")
        inner = segment[1:-1] if is_parameter else segment
        if "{" in inner or "}" in inner or (is_parameter and not inner):
            raise ValueError(
                "expected parameters that are whole segments such as '{name}', "
                f"found {segment!r} in {template!r}"
            )
        if inner.endswith(_REST) and is_parameter and position < len(segments):
            raise ValueError(f"expected {segment!r} at the end of {template!r}")
        yield segment


def _step(node: _Node[Found], segment: str) -> _Node[Found]:
    if not segment.startswith("{"):
        return node.literal.setdefault(segment, _Node())
    if node.parameter is None:
        node.parameter = _Node()
    return node.parameter


def _walk(node: _Node[Found], segments: list[str], at: int) -> Found | None:
    if at == len(segments):
        return node.found
    segment = segments[at]
    following = node.literal.get(segment)
    if following is not None:
        found = _walk(following, segments, at + 1)
        if found is not None:
            return found
    if node.parameter is not None and segment:
        found = _walk(node.parameter, segments, at + 1)
        if found is not None:
            return found
    return node.rest
