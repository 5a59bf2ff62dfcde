"""Grafana dashboards as dashboards of a spec."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sightline.app.importing import materials, naming
from sightline.compilers import documents
from sightline.model import dashboards, names, units
from sightline.promql import parsing, printing, templating

__all__ = ["convert"]

Json = Mapping[str, object]
_KINDS: Final[Mapping[str, dashboards.PanelKind]] = {
    **{kind.value: kind for kind in dashboards.PanelKind},
    "graph": dashboards.PanelKind.TIMESERIES,
    "singlestat": dashboards.PanelKind.STAT,
    "table-old": dashboards.PanelKind.TABLE,
}
_UNITS: Final[Mapping[str, units.Unit]] = {
    "percentunit": units.Unit.RATIO,
    "s": units.Unit.SECONDS,
    "dtdurations": units.Unit.SECONDS,
    "bytes": units.Unit.BYTES,
    "decbytes": units.Unit.BYTES,
    "Bps": units.Unit.BYTES_PER_SECOND,
    "binBps": units.Unit.BYTES_PER_SECOND,
    "reqps": units.Unit.REQUESTS_PER_SECOND,
    "ops": units.Unit.PER_SECOND,
    "cps": units.Unit.PER_SECOND,
    "short": units.Unit.COUNT,
    "none": units.Unit.COUNT,
}
"""https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts"""

_LABEL_VALUES: Final = re.compile(
    r"label_values\(\s*(?P<metric>[a-zA-Z_:][\w:]*)(?:\{[^}]*\})?\s*,\s*(?P<label>\w+)\s*\)"
)
_VARIABLE: Final = re.compile(
    r"\$(?:(\w+)|\{(\w+)(?::[^}]*)?\})|\[\[(\w+)(?::[^\]]*)?\]\]"
)
_RANGE: Final = re.compile(r"now-(\d+[smhdw])")
_COLUMNS: Final = 24
_USUAL_HEIGHT: Final = 8
_GREATEST_HEIGHT: Final = 40


def convert(
    board: materials.Board, signals: Mapping[str, str], uids: naming.Taken
) -> tuple[str, dict[str, documents.Document] | None, tuple[materials.Leftover, ...]]:
    """Gives a dashboard's uid, its document and what it lost.

    Args:
        board: as Grafana has it.
        signals: by the query that they measure; a panel that asks for one shows it.
        uids: those that are in use.

    Returns:
        No document where no panel could be carried over.
    """
    return _Converter(board, signals).convert(uids)


class _Converter:
    """Reads one dashboard of the classic schema; lenient, as Grafana itself is."""

    def __init__(self, board: materials.Board, signals: Mapping[str, str]) -> None:
        inner = board.document.get("dashboard")
        self._json: Json = inner if isinstance(inner, Mapping) else board.document
        self._title = _text(self._json, "title") or "Imported"
        self._signals = signals
        self._subject = f"dashboard {self._title} ({board.place})"
        self._titles = naming.Taken()
        self._fixed: dict[str, str] = {}
        self._declared: list[dict[str, documents.Document]] = []
        self._left: list[materials.Leftover] = []

    def convert(
        self, uids: naming.Taken
    ) -> tuple[
        str, dict[str, documents.Document] | None, tuple[materials.Leftover, ...]
    ]:
        own = _text(self._json, "uid") or ""
        is_usable = names.SLUG.fullmatch(own)
        uid = uids.take(own if is_usable else naming.slug(self._title), "-")
        if own not in {uid, ""}:
            self._leave(self._subject, f"its address is /d/{uid}, no longer /d/{own}")
        self._read_variables()
        rows = list(self._rows())
        if "elements" in self._json or "elements" in _inner(self._json, "spec"):
            self._leave(self._subject, "Grafana's second schema is not read yet")
        elif not rows:
            self._leave(self._subject, "no panel of it could be carried over")
        if not rows:
            return uid, None, tuple(self._left)
        if _list(_inner(self._json, "annotations"), "list")[1:]:
            self._leave(self._subject, "a spec has no annotations of its own")
        return uid, self._document(rows), tuple(self._left)

    def _document(
        self, rows: Sequence[dict[str, documents.Document]]
    ) -> dict[str, documents.Document]:
        since = _RANGE.fullmatch(_text(_inner(self._json, "time"), "from") or "")
        refresh = _text(self._json, "refresh") or ""
        tags = self._json.get("tags")
        words = [str(tag) for tag in tags] if isinstance(tags, list) else []
        written: dict[str, documents.Document] = {
            "title": self._title,
            "purpose": _text(self._json, "description") or "Imported from Grafana.",
            "tags": [word for word in words if names.SLUG.fullmatch(word)],
            "refresh": refresh if re.fullmatch(r"\d+[smh]", refresh) else "1m",
            "time_range": since[1] if since else "6h",
        }
        if self._declared:
            written["variables"] = list(self._declared)
        return written | {"rows": list(rows)}

    def _read_variables(self) -> None:
        for variable in _list(_inner(self._json, "templating"), "list"):
            name, kind = _text(variable, "name") or "", _text(variable, "type")
            query = variable.get("query")
            asked = query.get("query") if isinstance(query, Mapping) else query
            found = _LABEL_VALUES.fullmatch(str(asked).strip())
            if kind == "query" and found and naming.WORD.fullmatch(name):
                self._declared.append(
                    {
                        "name": name,
                        "label": _text(variable, "label") or naming.title(name),
                        "metric": found["metric"],
                        "from": found["label"],
                    }
                )
                continue
            current = _inner(variable, "current").get("value")
            if isinstance(current, str) and current and not current.startswith("$"):
                self._fixed[name] = current
            if kind != "datasource":
                fate = (
                    f"it is {self._fixed[name]!r} for good"
                    if name in self._fixed
                    else "panels that use it are left out"
                )
                self._leave(
                    f"variable {name} of {self._subject}",
                    f"only label_values(metric, label) is carried over; {fate}",
                )

    def _rows(self) -> Iterator[dict[str, documents.Document]]:
        """Gives rows with the panels behind their heading, or inside of it."""
        title, panels = "Overview", list[documents.Document]()
        for entry in self._entries():
            if _text(entry, "type") != "row":
                panels.extend(self._panel(entry))
                continue
            if panels:
                yield {"title": title, "panels": panels}
            title = _text(entry, "title") or "Row"
            panels = [
                panel for one in _list(entry, "panels") for panel in self._panel(one)
            ]
        if panels:
            yield {"title": title, "panels": panels}

    def _entries(self) -> Iterator[Json]:
        for row in _list(self._json, "rows"):
            yield {**row, "type": "row"}
        yield from _list(self._json, "panels")

    def _panel(self, entry: Json) -> Iterator[dict[str, documents.Document]]:
        title, kind = _text(entry, "title") or "", _text(entry, "type") or ""
        subject = f"panel {title!r} of {self._subject}"
        place = _inner(entry, "gridPos")
        written: dict[str, documents.Document] = {}
        if title:
            written["title"] = self._titles.take(title, " ")
        known = _KINDS.get(kind)
        if known is None:
            self._leave(subject, f"panels of the kind {kind!r} are not known")
            return
        written["kind"] = known.value
        described = (_text(entry, "description") or "").strip()
        if described or known is not dashboards.PanelKind.TEXT:
            written["description"] = described or f"{title or kind}, as in Grafana."
        written["width"] = _size(place, "w", _COLUMNS) or _COLUMNS // 2
        written["height"] = _size(place, "h", _GREATEST_HEIGHT) or _USUAL_HEIGHT
        if known is dashboards.PanelKind.TEXT:
            text = _text(_inner(entry, "options"), "content") or _text(entry, "content")
            if text and text.strip():
                yield written | {"text": text}
            return
        queries = list(self._queries(entry, subject))
        if not queries:
            return
        if any("expr" in query for query in queries):
            written |= self._unit(entry, subject)
        yield written | {"queries": queries}

    def _unit(self, entry: Json, subject: str) -> dict[str, documents.Document]:
        shown = _text(_inner(_inner(entry, "fieldConfig"), "defaults"), "unit")
        if shown is not None and shown not in _UNITS:
            self._leave(subject, f"the unit {shown!r} is not known; numbers are plain")
        return {"unit": _UNITS.get(shown or "", units.Unit.COUNT).value}

    def _queries(
        self, entry: Json, subject: str
    ) -> Iterator[dict[str, documents.Document]]:
        for target in _list(entry, "targets"):
            expr = self._substitute(_text(target, "expr") or "").strip()
            if not expr:
                self._leave(subject, "a query of it is no PromQL")
                continue
            unknown = sorted(self._unknown_variables(expr))
            if unknown:
                self._leave(subject, f"a query uses the variable {unknown[0]}")
                continue
            try:
                tree = parsing.parse(expr, templating.GRAFANA)
            except parsing.RefusedExpression as error:
                self._leave(subject, f"a query of it is not read: {error}")
                continue
            written: dict[str, documents.Document] = {"expr": expr}
            if signal := self._signals.get(printing.render(tree)):
                written = {"signal": signal}
            legend = _text(target, "legendFormat") or ""
            if legend and legend != "__auto":
                written["legend"] = legend
            yield written

    def _substitute(self, expr: str) -> str:
        def replace(match: re.Match[str]) -> str:
            name = match[1] or match[2] or match[3]
            return self._fixed.get(name, match[0])

        return _VARIABLE.sub(replace, expr)

    def _unknown_variables(self, expr: str) -> Iterator[str]:
        declared = {one["name"] for one in self._declared}
        for match in _VARIABLE.finditer(expr):
            name = match[1] or match[2] or match[3]
            if name not in declared and not name.startswith("__"):
                yield f"${name}"

    def _leave(self, subject: str, reason: str) -> None:
        self._left.append(materials.Leftover(subject=subject, reason=reason))


def _text(entry: Json, key: str) -> str | None:
    found = entry.get(key)
    return found if isinstance(found, str) else None


def _inner(entry: Json, key: str) -> Json:
    found = entry.get(key)
    return found if isinstance(found, Mapping) else {}


def _list(entry: Json, key: str) -> list[Json]:
    found = entry.get(key)
    listed = found if isinstance(found, list) else []
    return [one for one in listed if isinstance(one, Mapping)]


def _size(place: Json, key: str, most: int) -> int | None:
    size = place.get(key)
    return size if isinstance(size, int) and 1 <= size <= most else None
