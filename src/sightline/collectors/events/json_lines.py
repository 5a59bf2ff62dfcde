"""JSON lines, decoded in bulk into objects that have the wanted fields alone."""

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
        row = _object_type(_tree(fields))
        self._decode = msgspec.json.Decoder(row).decode
        self._decode_all = msgspec.json.Decoder(list[row]).decode  # type: ignore[valid-type]  # made at run time
        self._is_clean = True

    def read(self, chunk: bytes) -> Sequence[Row]:
        """Gives the objects of a chunk that ends with a line break."""
        if not chunk.isascii():
            chunk = text_chunks.decode(chunk, self._rejected).encode()
        # Bad lines come in heaps: after one, a chunk is not tried as a whole.
        rows = self._read_at_once(chunk) if self._is_clean else None
        return self._read_one_by_one(chunk) if rows is None else rows

    def _read_at_once(self, chunk: bytes) -> Sequence[Row] | None:
        """Gives the objects of a chunk if there are as many as lines.

        With commas for its line breaks it is one array then. A line that is empty, half
        an object or two would make it none, or one of another length.
        """
        try:
            rows = self._decode_all(b"[" + chunk[:-1].replace(b"\n", b",") + b"]")
        except (msgspec.DecodeError, RecursionError):
            return None
        return rows if len(rows) == text_chunks.count_lines(chunk) else None

    def _read_one_by_one(self, chunk: bytes) -> Sequence[Row]:
        lines = chunk.split(b"\n")
        del lines[-1]  # nothing, behind the last line break
        rows: list[Row] = []
        rest = iter(lines)
        rejected = 0
        while True:
            try:
                rows.extend(map(self._decode, rest))
            except (msgspec.DecodeError, RecursionError) as error:
                # What was decoded before it is kept, and the rest still to come.
                self._reject(error, lines[len(rows) + rejected])
                rejected += 1
            else:
                self._is_clean = not rejected
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
