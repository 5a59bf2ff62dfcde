"""Dashboards: panels take what they do not say themselves from their signal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sightline.formats import reporting
from sightline.model import dashboards, names, spans, units
from sightline.spec import sections, shapes
from sightline.spec.resolve import expressions

__all__ = ["resolve_dashboards"]

_Entry = sections.Entry[shapes.Dashboard]
_INSTANT_KINDS: Final = frozenset(
    {
        dashboards.PanelKind.STAT,
        dashboards.PanelKind.GAUGE,
        dashboards.PanelKind.BAR_GAUGE,
        dashboards.PanelKind.TABLE,
    }
)


def resolve_dashboards(
    section: sections.Section[shapes.Dashboard],
    signals: sections.Section[shapes.Signal],
    reporter: reporting.Reporter,
) -> dict[names.DashboardUid, dashboards.Dashboard]:
    """Gives the dashboards by uid."""
    boards = _Boards(
        signals={entry.name: entry.shape for entry in signals.entries},
        titles={entry.name: entry.shape.title for entry in section.entries},
        reporter=reporter,
    )
    return {
        names.DashboardUid(entry.name): boards.dashboard(entry)
        for entry in section.entries
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """A panel's entry and the way to it."""

    entry: _Entry
    path: tuple[str | int, ...]

    def inside(self, *path: str | int) -> "_Spot":
        return _Spot(entry=self.entry, path=(*self.path, *path))

    def span(self, *path: str | int) -> spans.Span:
        return self.entry.span(*self.path, *path)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Boards:
    """What resolving a dashboard needs to know of the rest of the spec."""

    signals: Mapping[str, shapes.Signal]
    titles: Mapping[str, str]
    reporter: reporting.Reporter

    def dashboard(self, entry: _Entry) -> dashboards.Dashboard:
        shape = entry.shape
        self._report_repeated("panel title", _titles(entry))
        self._report_repeated("variable", _variables(entry))
        return dashboards.Dashboard(
            uid=names.DashboardUid(entry.name),
            title=shape.title,
            purpose=shape.purpose,
            tags=tuple(shape.tags),
            refresh=shape.refresh,
            time_range=shape.time_range,
            variables=tuple(_variable(variable) for variable in shape.variables),
            links=tuple(
                dashboards.Link(
                    title=self.titles.get(link, link),
                    dashboard=names.DashboardUid(link),
                )
                for link in shape.links
            ),
            rows=tuple(
                self._row(row, _Spot(entry=entry, path=("rows", index)))
                for index, row in enumerate(shape.rows)
            ),
            span=entry.name_span,
        )

    def _row(self, shape: shapes.Row, spot: _Spot) -> dashboards.Row:
        return dashboards.Row(
            title=shape.title,
            collapsed=shape.collapsed,
            panels=tuple(
                self._panel(panel, spot.inside("panels", index))
                for index, panel in enumerate(shape.panels)
            ),
        )

    def _panel(self, shape: shapes.Panel, spot: _Spot) -> dashboards.Panel:
        self._check_content(shape, spot)
        queries = tuple(self._queries(shape, spot))
        main = self.signals.get(shape.signal or "")
        self._check_own_words(shape, spot)
        self._check_sort(shape, spot)
        return dashboards.Panel(
            kind=shape.kind,
            title=shape.title or (main.title if main else ""),
            description=shape.description or (main.description if main else ""),
            unit=shape.unit or self._unit(queries),
            queries=queries,
            calculation=shape.calculation,
            width=shape.width,
            height=shape.height,
            mappings=tuple(
                dashboards.ValueMapping(
                    value=mapping.number, text=mapping.text, color=mapping.color
                )
                for mapping in shape.mappings
            ),
            stacked=shape.stacked,
            text=shape.text or "",
            minimum=shape.minimum,
            maximum=shape.maximum,
            span=spot.span(),
            decimals=shape.decimals,
            scale=shape.scale,
            sort=shape.sort,
            descending=shape.descending,
            needs=tuple(shape.needs),
        )

    def _queries(
        self, shape: shapes.Panel, spot: _Spot
    ) -> Iterator[dashboards.PanelQuery]:
        instant = shape.kind in _INSTANT_KINDS
        if shape.signal is not None:
            yield dashboards.PanelQuery(
                signal=names.SignalName(shape.signal),
                expr=None,
                legend=shape.legend or "",
                instant=instant,
                column=None,
                unit=None,
            )
        for index, query in enumerate(shape.queries):
            self._check_query(query, spot.inside("queries", index))
            yield self._query(query, instant=instant)

    def _query(
        self, shape: shapes.PanelQuery, *, instant: bool
    ) -> dashboards.PanelQuery:
        signal = self.signals.get(shape.signal or "")
        return dashboards.PanelQuery(
            signal=None if shape.signal is None else names.SignalName(shape.signal),
            expr=shape.expr,
            legend=shape.legend or "",
            instant=instant if shape.instant is None else shape.instant,
            column=shape.column,
            unit=shape.unit or (signal.unit if signal else None),
            decimals=shape.decimals,
            scale=shape.scale,
        )

    def _check_query(self, shape: shapes.PanelQuery, spot: _Spot) -> None:
        if (shape.signal is None) == (shape.expr is None):
            found = "neither" if shape.signal is None else "both"
            self._error(
                spot.span(),
                f"expected either `signal` or `expr` in a query, found {found}",
                "name a signal, or write PromQL that only this panel needs",
            )
        if shape.expr is not None:
            expressions.check(shape.expr, spot.span("expr"), self.reporter)

    def _check_content(self, shape: shapes.Panel, spot: _Spot) -> None:
        """Reports a panel that shows nothing, or two things at once."""
        given = [
            key
            for key, content in (
                ("signal", shape.signal),
                ("queries", shape.queries),
                ("text", shape.text),
            )
            if content
        ]
        if len(given) != 1:
            found = " and ".join(f"`{key}`" for key in given) or "none"
            self._error(
                spot.span(),
                f"expected one of `signal`, `queries` and `text`, found {found}",
                "a panel shows one signal, several queries, or a text",
            )
        elif (given == ["text"]) != (shape.kind is dashboards.PanelKind.TEXT):
            self._error(
                spot.span("kind"),
                f"expected a kind that shows `{given[0]}`, found {shape.kind.value!r}",
                "only a panel of the kind `text` has a `text`, and nothing else",
            )
        if (
            shape.minimum is not None
            and shape.maximum is not None
            and shape.minimum >= shape.maximum
        ):
            self._error(
                spot.span("minimum"),
                f"expected `minimum` to be less than `maximum`, found {shape.minimum:g}"
                f" and {shape.maximum:g}",
            )

    def _check_own_words(self, shape: shapes.Panel, spot: _Spot) -> None:
        """Reports what a panel without a signal of its own leaves unsaid."""
        if not shape.queries:
            return
        for key, content in (
            ("title", shape.title),
            ("description", shape.description),
        ):
            if content is None:
                self._error(
                    spot.span(),
                    f"expected the key {key!r} in a panel with `queries`, found none",
                    f"add `{key}: …`",
                )

    def _check_sort(self, shape: shapes.Panel, spot: _Spot) -> None:
        columns = [query.column for query in shape.queries if query.column]
        if shape.sort is not None and shape.sort not in columns:
            self._error(
                spot.span("sort"),
                f"expected a column of the panel, found {shape.sort!r}",
                reporting.suggest(shape.sort, columns, plural="columns"),
            )

    def _unit(self, queries: tuple[dashboards.PanelQuery, ...]) -> units.Unit | None:
        for query in queries:
            signal = self.signals.get(query.signal or "")
            if signal is not None:
                return signal.unit
            if query.unit is not None:
                return query.unit
        return None

    def _report_repeated(
        self, kind: str, uses: Iterator[tuple[str, spans.Span]]
    ) -> None:
        first: dict[str, spans.Span] = {}
        for name, span in uses:
            if name in first:
                self.reporter.error(
                    "duplicate",
                    span,
                    f"expected each {kind} of a dashboard once, found {name!r} again",
                    f"it stands at {first[name]} already; give this one another name",
                )
            first.setdefault(name, span)

    def _error(self, span: spans.Span, message: str, hint: str = "") -> None:
        self.reporter.error("panel", span, message, hint)


def _titles(entry: _Entry) -> Iterator[tuple[str, spans.Span]]:
    for row_index, row in enumerate(entry.shape.rows):
        for index, panel in enumerate(row.panels):
            if panel.title is not None:
                path = ("rows", row_index, "panels", index, "title")
                yield panel.title, entry.span(*path)


def _variables(entry: _Entry) -> Iterator[tuple[str, spans.Span]]:
    for index, variable in enumerate(entry.shape.variables):
        yield variable.name, entry.span("variables", index, "name")


def _variable(shape: shapes.Variable) -> dashboards.Variable:
    return dashboards.Variable(
        name=shape.name,
        label=shape.label,
        metric=names.MetricName(shape.metric),
        source_label=names.LabelName(shape.from_),
    )
