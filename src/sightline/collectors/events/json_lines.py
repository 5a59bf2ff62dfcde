"""JSON lines, decoded into objects that have the wanted fields alone."""

import io
import operator
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import msgspec

from sightline.collectors.events import rejections, text_chunks

__all__ = ["JsonReader"]

Scalar = str | int | float | bool | None
Row = msgspec.Struct


class JsonReader:
    """Reads one object a line.

    Args:
        fields: paths such as `client.ip`, or `messages.0.rule` for the first of a list.
    """

    def __init__(
        self, fields: Collection[str], rejected: rejections.Rejections
    ) -> None:
        # A path leads into objects and lists, which are not looked at as a whole.
        has_paths = any("." in field for field in fields)
        self.countable = frozenset() if has_paths else frozenset(fields)
        self._rejected = rejected
        self._decode = msgspec.json.Decoder(_object_type(_tree(fields))).decode

    def read(self, chunk: bytes) -> Sequence[Row]:
        """Gives the objects of a chunk that ends with a line break."""
        if not chunk.isascii():
            chunk = text_chunks.decode(chunk, self._rejected).encode()
        # One line at a time, each forgotten before the next: faster than from a list,
        # and as fast as one array of all, in which a line might be taken for two.
        lines = io.BytesIO(chunk)
        rows: list[Row] = []
        while True:
            try:
                rows.extend(map(self._decode, lines))
            except (msgspec.DecodeError, RecursionError) as error:
                # What was decoded before it is kept, and the rest still to come.
                end = lines.tell() - 1
                self._reject(error, chunk[chunk.rfind(b"\n", 0, end) + 1 : end])
            else:
                return rows

    def getter(self, fields: Sequence[str]) -> Callable[[object], object]:
        """Gives what takes fields from an object; `None` for what it has not."""
        if not any("." in field for field in fields):
            return operator.attrgetter(*map(_attribute, fields))
        takers = [_path_getter(field) for field in fields]
        if len(takers) == 1:
            return takers[0]
        return lambda row: tuple(take(row) for take in takers)

    def _reject(self, error: Exception, line: bytes) -> None:
        if isinstance(error, RecursionError):
            reason = rejections.Reason.TOO_DEEP
        elif isinstance(error, msgspec.ValidationError):
            reason = rejections.Reason.WRONG_TYPE
        elif not line.strip():
            reason = rejections.Reason.EMPTY
        else:
            reason = rejections.Reason.SYNTAX
        self._rejected.add(reason, line)


Tree = Mapping[str, "Tree"]


def _tree(fields: Iterable[str]) -> Tree:
    """Gives the paths as nested mappings; a leaf has none."""
    root: dict[str, list[str]] = {}
    for field in fields:
        first, _, rest = field.partition(".")
        root.setdefault(first, []).extend([rest] if rest else [])
    return {name: _tree(rest) for name, rest in root.items()}


def _object_type(tree: Tree) -> type[msgspec.Struct]:
    members = [(_attribute(name), _type_of(rest), None) for name, rest in tree.items()]
    return msgspec.defstruct(
        "Event",
        members,
        rename={_attribute(name): name for name in tree},
        gc=False,
        frozen=True,
    )


def _type_of(tree: Tree) -> type:
    if not tree:
        return Scalar  # type: ignore[return-value]  # a union is a type to msgspec
    if all(name.isdecimal() for name in tree):
        inner = [_type_of(rest) for rest in tree.values()]
        return list[inner[0]] | None  # type: ignore[valid-type,return-value]  # made at run time
    return _object_type(tree) | None  # type: ignore[return-value]  # a union, as above


def _attribute(name: str) -> str:
    """Gives a name that Python allows, whatever the log calls it."""
    return "f_" + "".join(one if one.isalnum() else f"_{ord(one):x}_" for one in name)


def _path_getter(path: str) -> Callable[[object], object]:
    steps = path.split(".")

    def take(row: object) -> object:
        found: object = row
        for step in steps:
            if isinstance(found, list):
                found = found[int(step)] if int(step) < len(found) else None
            else:
                found = getattr(found, _attribute(step), None)
        return found

    return take
