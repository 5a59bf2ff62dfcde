"""Two dashboards, compared as people speak of them: panel by panel.

Panels are known again by row and title, and where a title changed, by what they ask.
Their numbers and where they lie say little: what moved is counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from sightline.deploy import resources
from sightline.deploy.differences import named, trees

__all__ = ["compare", "summarise"]

_Fields: TypeAlias = Mapping[str, resources.Document]

_FOLDER: Final = "folderUid"
_ROOT: Final = "the root"
_APART: Final = frozenset({"panels", "templating", "annotations", "links", _FOLDER})
"""Keys of a dashboard that are told in their own words."""
_PANEL_APART: Final = frozenset(
    {"id", "title", "gridPos", "targets", "fieldConfig", "panels"}
)


def compare(
    before: resources.Document, after: resources.Document
) -> Iterator[str] | None:
    """Yields a line for each thing that differs.

    `None` when one of the two is no dashboard; then they are compared as trees.
    """
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return None
    return _compare_boards(before, after)


def summarise(document: resources.Document) -> Iterator[str]:
    """Yields what a new dashboard brings, in a line."""
    if isinstance(document, Mapping):
        panels = _flatten(document)
        rows = sum(one.is_row for one in panels)
        shown = len(panels) - rows
        place = f", folder {document[_FOLDER]}" if _FOLDER in document else ""
        yield (
            f"{trees.show(document.get('title'))}: {_count(shown, 'panel')} in"
            f" {_count(rows, 'row')}{place}"
        )


def _compare_boards(before: _Fields, after: _Fields) -> Iterator[str]:
    old, new = before.get(_FOLDER) or _ROOT, after.get(_FOLDER) or _ROOT
    if old != new:
        yield f"folder: {old} → {new}"
    yield from trees.compare(_without(before, _APART), _without(after, _APART))
    for key, word in (("templating", "variable"), ("annotations", "annotation")):
        yield from _compare_named(_listed(before, key), _listed(after, key), word)
    yield from trees.compare(before.get("links", []), after.get("links", []), "links")
    yield from _compare_panels(_flatten(before), _flatten(after))


def _compare_named(
    before: Sequence[_Fields], after: Sequence[_Fields], word: str
) -> Iterator[str]:
    words: named.Words[_Fields] = named.Words(
        removed=lambda name, _: f"{word} {name}: removed",
        added=lambda name, _: f"{word} {name}: added",
        changed=lambda name, old, new: trees.compare(old, new, f"{word} {name}"),
    )
    return named.compare(_by_name(before), _by_name(after), words)


def _by_name(entries: Sequence[_Fields]) -> dict[str, _Fields]:
    return {str(one.get("name", "")): one for one in entries}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    """A panel with the row that it is in; a row itself has none."""

    row: str
    fields: _Fields

    @property
    def is_row(self) -> bool:
        return self.fields.get("type") == "row"

    @property
    def title(self) -> str:
        return str(self.fields.get("title", ""))

    @property
    def name(self) -> str:
        word = "row" if self.is_row else "panel"
        return f"{word} {self.title!r}"

    @property
    def queries(self) -> str:
        return resources.fingerprint(self.fields.get("targets", []))


def _compare_panels(before: Sequence[_Panel], after: Sequence[_Panel]) -> Iterator[str]:
    pairs, gone, new = _pair(before, after)
    for one in gone:
        yield f"{one.name}: removed"
    for one in new:
        asked = [f"asks {text}" for text in _exprs(one.fields)[:1]]
        yield ", ".join((f"{one.name}: added", *asked))
    for old, other in pairs:
        if old != other:
            yield from _compare_panel(old, other)
    if moved := sum(_place(old) != _place(other) for old, other in pairs):
        yield f"layout: {_count(moved, 'panel')} moved"


def _pair(
    before: Sequence[_Panel], after: Sequence[_Panel]
) -> tuple[list[tuple[_Panel, _Panel]], list[_Panel], list[_Panel]]:
    """Gives the panels that are the same ones, those that went, and those that came."""
    left, right = list(before), list(after)
    pairs: list[tuple[_Panel, _Panel]] = []
    for is_same in (_is_in_place, _is_alike, _asks_the_same):
        for old in tuple(left):
            found = next((one for one in right if is_same(old, one)), None)
            if found is not None:
                pairs.append((old, found))
                left.remove(old)
                right.remove(found)
    order = {id(one): place for place, one in enumerate(before)}
    return sorted(pairs, key=lambda pair: order[id(pair[0])]), left, right


def _is_in_place(old: _Panel, new: _Panel) -> bool:
    return (old.is_row, old.row, old.title) == (new.is_row, new.row, new.title)


def _is_alike(old: _Panel, new: _Panel) -> bool:
    """Whether it has its title still, in another row."""
    return (old.is_row, old.title) == (new.is_row, new.title)


def _asks_the_same(old: _Panel, new: _Panel) -> bool:
    """Whether it asks what it asked, under another title."""
    if old.is_row or new.is_row or not old.fields.get("targets"):
        return False
    return old.queries == new.queries


def _compare_panel(old: _Panel, new: _Panel) -> Iterator[str]:
    name = old.name
    if old.title != new.title:
        yield f"{name}: title: {old.title} → {new.title}"
    if old.row != new.row:
        yield f"{name}: row: {old.row or 'none'} → {new.row or 'none'}"
    if _size(old) != _size(new):
        yield f"{name}: size: {_size(old)} → {_size(new)}"
    yield from _compare_queries(name, old.fields, new.fields)
    yield from _compare_field_config(name, old.fields, new.fields)
    for line in trees.compare(
        _without(old.fields, _PANEL_APART), _without(new.fields, _PANEL_APART)
    ):
        yield f"{name}: {line}"


def _compare_queries(name: str, before: _Fields, after: _Fields) -> Iterator[str]:
    old = {str(one.get("refId", "")): one for one in _items(before.get("targets"))}
    new = {str(one.get("refId", "")): one for one in _items(after.get("targets"))}
    for ref_id in (*old, *(one for one in new if one not in old)):
        place = f"{name}: query {ref_id}"
        if ref_id not in new:
            yield f"{place}: removed"
        elif ref_id not in old:
            yield f"{place}: added {trees.show(new[ref_id].get('expr'))}"
        else:
            for line in trees.compare(old[ref_id], new[ref_id]):
                yield f"{place}: {line.removeprefix('expr: ')}"


def _compare_field_config(name: str, before: _Fields, after: _Fields) -> Iterator[str]:
    """Tells units and thresholds in short, and everything else by its place."""
    old, new = _inner(before, "fieldConfig"), _inner(after, "fieldConfig")
    was, now = _inner(old, "defaults"), _inner(new, "defaults")
    before_steps, after_steps = _steps(was), _steps(now)
    if before_steps != after_steps:
        yield f"{name}: thresholds: {before_steps} → {after_steps}"
    apart = frozenset({"thresholds"}) if before_steps != after_steps else frozenset()
    for line in trees.compare(_without(was, apart), _without(now, apart)):
        yield f"{name}: {line}"
    rest = frozenset({"defaults"})
    for line in trees.compare(_without(old, rest), _without(new, rest)):
        yield f"{name}: {line}"


def _steps(defaults: _Fields) -> str:
    """Gives thresholds as `green, orange from 0.01, red from 0.05`."""
    steps = _items(_inner(defaults, "thresholds").get("steps"))
    told = [
        f"{one.get('color')} from {one['value']}"
        if one.get("value") is not None
        else str(one.get("color"))
        for one in steps
    ]
    return ", ".join(told) or "none"


def _flatten(board: _Fields) -> list[_Panel]:
    """Gives rows and panels in reading order, those of collapsed rows too."""
    found: list[_Panel] = []
    row = ""
    for fields in _items(board.get("panels")):
        if fields.get("type") != "row":
            found.append(_Panel(row=row, fields=fields))
            continue
        row = str(fields.get("title", ""))
        found.append(_Panel(row="", fields=fields))
        found += [_Panel(row=row, fields=one) for one in _items(fields.get("panels"))]
    return found


def _exprs(panel: _Fields) -> list[str]:
    return [
        trees.show(one["expr"]) for one in _items(panel.get("targets")) if "expr" in one
    ]


def _place(panel: _Panel) -> tuple[resources.Document, ...]:
    place = _inner(panel.fields, "gridPos")
    return place.get("x"), place.get("y")


def _size(panel: _Panel) -> str:
    place = _inner(panel.fields, "gridPos")
    return f"{place.get('w')} by {place.get('h')}"


def _listed(board: _Fields, key: str) -> list[_Fields]:
    return _items(_inner(board, key).get("list"))


def _inner(fields: _Fields, key: str) -> _Fields:
    found = fields.get(key)
    return found if isinstance(found, Mapping) else {}


def _items(listed: resources.Document) -> list[_Fields]:
    found = listed if isinstance(listed, list | tuple) else ()
    return [one for one in found if isinstance(one, Mapping)]


def _without(fields: _Fields, keys: frozenset[str]) -> _Fields:
    return {key: one for key, one in fields.items() if key not in keys}


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
