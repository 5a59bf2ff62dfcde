"""Grafana's dashboards, of both schemas: panels, queries, thresholds and variables."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sightline.formats import fields, nodes, reporting, texts
from sightline.model import spans

__all__ = ["Dashboard", "Panel", "Query", "Variable", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One query of a panel, an annotation or a variable.

    Attributes:
        source_kind: `prometheus`, `loki`, …; `None` when the file does not say.
    """

    expr: texts.Text
    source_kind: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One panel.

    Attributes:
        kind: `timeseries`, `stat`, …; `row` for a heading.
        has_source: something is asked of some data source, in any language.
        thresholds: the values at which a colour begins; without the base.
        is_percentage: the thresholds are percentages between minimum and maximum.
    """

    title: str
    kind: str
    queries: tuple[Query, ...]
    has_source: bool
    unit: texts.Text | None
    thresholds: tuple[texts.Placed[float], ...]
    is_percentage: bool
    span: spans.Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable.

    Attributes:
        kind: `query`, `custom`, `interval`, `datasource`, `constant`, `textbox`,
            `adhoc`, …
        query: what it is asked for or made of; `None` when the file does not say.
        has_choices: the file itself has something to choose from.
    """

    name: str
    kind: str
    query: texts.Text | None
    has_choices: bool
    span: spans.Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """One dashboard."""

    file: str
    uid: str
    title: str
    panels: tuple[Panel, ...]
    variables: tuple[Variable, ...]
    annotations: tuple[Query, ...]
    span: spans.Span


_ASKING: Final = frozenset(
    {
        "barchart", "bargauge", "candlestick", "gauge", "graph", "heatmap", "histogram",
        "logs", "piechart", "singlestat", "stat", "state-timeline", "status-history",
        "table", "table-old", "timeseries", "trend", "xychart",
    }
)  # fmt: skip
"""Grafana's own panels that show what a data source answers; a plugin may need none."""


def read(
    node: nodes.Node, source: texts.Source, reporter: reporting.Reporter
) -> Dashboard:
    """Gives a dashboard of the classic schema or of the second one."""
    reader = _Reader(source, reporter)
    top = reader.open(node, "a dashboard")
    if "dashboard" in top and "panels" not in top:
        wrapped = top.inner("dashboard", what="a dashboard")
        top = top if wrapped is None else wrapped
    spec = top.inner("spec", what="a dashboard")
    if spec is not None and ("elements" in spec or "panels" not in top):
        name = reader.inner(top, "metadata")
        uid = _word(name, "name") if name else ""
        if "elements" in spec:
            return reader.second(spec, uid)
        return reader.classic(spec, uid)
    if "elements" in top:
        return reader.second(top, "")
    return reader.classic(top, _word(top, "uid"))


class _Reader:
    """Reads both schemas; lenient, as Grafana itself is."""

    def __init__(self, source: texts.Source, reporter: reporting.Reporter) -> None:
        self._source = source
        self._reporter = reporter

    def open(self, node: nodes.Node, what: str) -> fields.Fields:
        """Gives the keys of a node."""
        return fields.Fields(node, self._source, self._reporter, what=what)

    def inner(self, entry: fields.Fields, *path: str) -> fields.Fields | None:
        """Gives the mapping at a path, where there is one."""
        for key in path:
            node = entry.take(key)
            if not isinstance(node, nodes.MappingNode):
                return None
            entry = self.open(node, key)
        return entry

    def classic(self, top: fields.Fields, uid: str) -> Dashboard:
        """Reads the first schema, which is in use since Grafana began."""
        return Dashboard(
            file=self._source.file,
            uid=uid,
            title=_word(top, "title"),
            panels=tuple(self._classic_panels(top)),
            variables=tuple(self._classic_variables(top)),
            annotations=tuple(self._annotations(top)),
            span=top.span,
        )

    def _classic_panels(self, top: fields.Fields) -> Iterator[Panel]:
        for row in self._each(top, "rows"):
            yield from self._classic_panels(row)
        for entry in self._each(top, "panels"):
            yield self._classic_panel(entry)
            yield from self._classic_panels(entry)

    def _each(self, entry: fields.Fields, key: str) -> Iterator[fields.Fields]:
        node = entry.take(key)
        if isinstance(node, nodes.SequenceNode):
            for item in node.items:
                if isinstance(item, nodes.MappingNode):
                    yield self.open(item, key)

    def _classic_panel(self, entry: fields.Fields) -> Panel:
        kind = _word(entry, "type")
        outer = _source_kind(entry, "datasource")
        targets = tuple(self._each(entry, "targets"))
        queries = tuple(
            query
            for target in targets
            if (query := self._query(target, outer)) is not None
        )
        return self._panel(
            entry,
            kind=kind,
            queries=queries,
            has_source=bool(targets) or kind not in _ASKING or "libraryPanel" in entry,
            shown=self.inner(entry, "fieldConfig"),
        )

    def _panel(
        self,
        entry: fields.Fields,
        *,
        kind: str,
        queries: tuple[Query, ...],
        has_source: bool,
        shown: fields.Fields | None,
    ) -> Panel:
        defaults = self.inner(shown, "defaults") if shown else None
        has_one_unit = shown is None or not self._overrides_unit(shown)
        steps = self.inner(defaults, "thresholds") if defaults else None
        return Panel(
            title=_word(entry, "title"),
            kind=kind,
            queries=queries,
            has_source=has_source,
            unit=_text(defaults, "unit") if defaults and has_one_unit else None,
            thresholds=tuple(self._steps(steps)) if steps else (),
            is_percentage=steps is not None and _word(steps, "mode") == "percentage",
            span=entry.span,
        )

    def _overrides_unit(self, shown: fields.Fields) -> bool:
        """Whether some of the panel's series have a unit of their own."""
        return any(
            _word(changed, "id") == "unit"
            for override in self._each(shown, "overrides")
            for changed in self._each(override, "properties")
        )

    def _steps(self, thresholds: fields.Fields) -> Iterator[texts.Placed[float]]:
        for step in self._each(thresholds, "steps"):
            node = step.take("value")
            if isinstance(node, nodes.ScalarNode) and isinstance(
                node.content, int | float
            ):
                yield texts.Placed(content=float(node.content), span=node.span)

    def _query(self, target: fields.Fields, outer: str | None) -> Query | None:
        expr = _text(target, "expr")
        if expr is None or not expr.text.strip():
            return None
        return Query(expr=expr, source_kind=_source_kind(target, "datasource") or outer)

    def _classic_variables(self, top: fields.Fields) -> Iterator[Variable]:
        templating = self.inner(top, "templating")
        for entry in self._each(templating, "list") if templating else ():
            yield self._variable(entry, kind=_word(entry, "type"))

    def _variable(self, entry: fields.Fields, *, kind: str) -> Variable:
        said = [_text(entry, "query"), _text(entry, "definition")]
        if inner := self.inner(entry, "query"):
            said.append(_text(inner, "query"))
            if spec := self.inner(inner, "spec"):
                said += [_text(spec, "query"), _text(spec, "expr")]
        asked = [text for text in said if text is not None and text.text.strip()]
        return Variable(
            name=_word(entry, "name"),
            kind=kind,
            query=asked[0] if asked else None,
            has_choices=any(True for _ in self._each(entry, "options"))
            or (
                "query" in entry and isinstance(entry.take("query"), nodes.MappingNode)
            ),
            span=entry.span,
        )

    def _annotations(self, top: fields.Fields) -> Iterator[Query]:
        annotations = self.inner(top, "annotations")
        for entry in self._each(annotations, "list") if annotations else ():
            query = self._query(entry, None)
            if query is not None:
                yield query

    def second(self, spec: fields.Fields, uid: str) -> Dashboard:
        """Reads the second schema, of Grafana 12 and later."""
        elements = self.inner(spec, "elements")
        pairs = elements.node.pairs.values() if elements else ()
        panels = (self._second_panel(pair.node) for pair in pairs)
        return Dashboard(
            file=self._source.file,
            uid=uid,
            title=_word(spec, "title"),
            panels=tuple(panel for panel in panels if panel is not None),
            variables=tuple(self._second_variables(spec)),
            annotations=(),
            span=spec.span,
        )

    def _second_panel(self, node: nodes.Node) -> Panel | None:
        element = self.open(node, "an element")
        spec = self.inner(element, "spec")
        if spec is None or _word(element, "kind") != "Panel":
            return None
        data = self.inner(spec, "data", "spec")
        asked = tuple(self._each(data, "queries")) if data else ()
        shown = self.inner(spec, "vizConfig")
        kind = (_word(shown, "group") or _word(shown, "kind")) if shown else ""
        return self._panel(
            spec,
            kind=kind,
            queries=tuple(
                query
                for entry in asked
                if (query := self._second_query(entry)) is not None
            ),
            has_source=bool(asked) or kind not in _ASKING,
            shown=self.inner(shown, "spec", "fieldConfig") if shown else None,
        )

    def _second_query(self, entry: fields.Fields) -> Query | None:
        query = self.inner(entry, "spec", "query")
        if query is None:
            return None
        # The second schema's betas say the kind of source in one of two places.
        kind = _word(query, "group") or _word(query, "kind")
        spec = self.inner(query, "spec")
        found = self._query(spec, None) if spec else None
        if found is None:
            return None
        return Query(expr=found.expr, source_kind=kind or None)

    def _second_variables(self, spec: fields.Fields) -> Iterator[Variable]:
        for entry in self._each(spec, "variables"):
            inner = self.inner(entry, "spec")
            if inner is not None:
                kind = _word(entry, "kind").removesuffix("Variable").lower()
                yield self._variable(inner, kind=kind)


def _text(entry: fields.Fields, key: str) -> texts.Text | None:
    node = entry.take(key)
    if isinstance(node, nodes.ScalarNode):
        return texts.Text.of(node, entry.source)
    return None


def _word(entry: fields.Fields, key: str) -> str:
    text = _text(entry, key)
    return "" if text is None else text.text


def _source_kind(entry: fields.Fields, key: str) -> str | None:
    node = entry.take(key)
    if isinstance(node, nodes.MappingNode) and "type" in node.pairs:
        kind = node.pairs["type"].node
        return kind.text if isinstance(kind, nodes.ScalarNode) else None
    return None
