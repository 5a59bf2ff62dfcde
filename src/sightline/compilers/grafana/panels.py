"""Panels: what each kind shows and how, in Grafana's options."""

from collections.abc import Mapping
from typing import Final

from sightline.compilers import documents, links
from sightline.compilers.grafana import data_sources, fields, layout, queries
from sightline.model import dashboards, monitoring, signals

__all__ = ["compile_panel"]

_ABBREVIATIONS: Final = frozenset({"slo"})


def compile_panel(
    panel: dashboards.Panel,
    place: layout.Place,
    identifier: int,
    dashboard: dashboards.Dashboard,
    declared: monitoring.Monitoring,
) -> documents.Document:
    """Gives the panel in Grafana's form, at its place."""
    document: dict[str, documents.Document] = {
        "id": identifier,
        "type": panel.kind.value,
        "title": panel.title or _title(panel, declared),
        "description": _description(panel, declared),
        "gridPos": {
            "h": place.height,
            "w": place.width,
            "x": place.x,
            "y": place.y,
        },
        "options": _options(panel),
        "transparent": False,
    }
    if panel.kind is dashboards.PanelKind.TEXT:
        return document
    document["datasource"] = dict(data_sources.PROMETHEUS)
    document["fieldConfig"] = fields.compile_fields(panel, declared)
    document["targets"] = queries.compile_queries(panel, dashboard, declared)
    if panel.kind is dashboards.PanelKind.TABLE:
        document["transformations"] = _transformations(panel, declared)
    return document


def _shown_signals(
    panel: dashboards.Panel, declared: monitoring.Monitoring
) -> list[signals.Signal]:
    shown = [query.signal for query in panel.queries if query.signal is not None]
    return [declared.signals[name] for name in dict.fromkeys(shown)]


def _title(panel: dashboards.Panel, declared: monitoring.Monitoring) -> str:
    return next((signal.title for signal in _shown_signals(panel, declared)), "")


def _description(panel: dashboards.Panel, declared: monitoring.Monitoring) -> str:
    """Gives what the panel shows, where from, and the runbooks of its alerts."""
    shown = _shown_signals(panel, declared)
    about = panel.description or " ".join(signal.description for signal in shown)
    sources = dict.fromkeys(signal.source for signal in shown if signal.source)
    runbooks = {
        level.alert: links.runbook_url(declared, level)
        for signal in shown
        for level in signal.levels
        if not level.heartbeat
    }
    parts = [
        " ".join(about.split()),
        f"Source: {'; '.join(sources)}." if sources else "",
        "Alerts: "
        + ", ".join(f"[{alert}]({address})" for alert, address in runbooks.items())
        if runbooks
        else "",
        _missing_source(declared.lacking(monitoring.find_needs(panel, declared))),
    ]
    return "\n\n".join(part for part in parts if part)


def _missing_source(jobs: tuple[str, ...]) -> str:
    if not jobs:
        return ""
    listed = ", ".join(f"`{job}`" for job in jobs)
    return f"Missing source: {listed} is not part of this environment."


def _options(panel: dashboards.Panel) -> documents.Document:
    match panel.kind:
        case dashboards.PanelKind.TEXT:
            return {"content": panel.text.strip(), "mode": "markdown"}
        case dashboards.PanelKind.TIMESERIES:
            return {
                "legend": _legend("list", (panel.calculation.value,)),
                "tooltip": {"mode": "multi", "sort": "desc"},
            }
        case dashboards.PanelKind.STATE_TIMELINE:
            return {
                "alignValue": "left",
                "legend": _legend("list", ()),
                "mergeValues": True,
                "rowHeight": 0.9,
                "showValue": "auto",
                "tooltip": {"mode": "single", "sort": "none"},
            }
        case dashboards.PanelKind.TABLE:
            return {
                "cellHeight": "sm",
                "frameIndex": 0,
                "showHeader": True,
                **_sorting(panel),
            }
        case _:
            return {**_number_options(panel.kind), "reduceOptions": _reduce(panel)}


def _sorting(panel: dashboards.Panel) -> Mapping[str, documents.Document]:
    if panel.sort is None:
        return {}
    return {"sortBy": [{"desc": panel.descending, "displayName": panel.sort}]}


def _number_options(kind: dashboards.PanelKind) -> Mapping[str, documents.Document]:
    """Gives the options of the kinds that show one number for each series."""
    match kind:
        case dashboards.PanelKind.GAUGE:
            return {
                "minVizHeight": 75,
                "minVizWidth": 75,
                "orientation": "auto",
                "showThresholdLabels": False,
                "showThresholdMarkers": True,
                "sizing": "auto",
            }
        case dashboards.PanelKind.BAR_GAUGE:
            return {
                "displayMode": "basic",
                "legend": _legend("list", (), show=False),
                "maxVizHeight": 300,
                "minVizHeight": 16,
                "minVizWidth": 8,
                "namePlacement": "auto",
                "orientation": "horizontal",
                "showUnfilled": True,
                "sizing": "auto",
                "valueMode": "color",
            }
        case _:
            return {
                "colorMode": "value",
                "graphMode": "area",
                "justifyMode": "auto",
                "orientation": "auto",
                "percentChangeColorMode": "standard",
                "showPercentChange": False,
                "textMode": "auto",
                "wideLayout": True,
            }


def _reduce(panel: dashboards.Panel) -> documents.Document:
    return {"calcs": [panel.calculation.value], "fields": "", "values": False}


def _legend(
    mode: str, calculations: tuple[str, ...], *, show: bool = True
) -> documents.Document:
    return {
        "calcs": list(calculations),
        "displayMode": mode,
        "placement": "bottom",
        "showLegend": show,
    }


def _heading(label: str) -> str:
    if label in _ABBREVIATIONS:
        return label.upper()
    return label.replace("_", " ").capitalize()


def _transformations(
    panel: dashboards.Panel, declared: monitoring.Monitoring
) -> list[documents.Document]:
    """Gives the steps that make one table of the queries, a column for each."""
    labels = dict.fromkeys(
        label
        for query in panel.queries
        for label in queries.result_labels(query, declared)
    )
    renamed: dict[str, documents.Document] = {
        label: _heading(label) for label in labels
    }
    for position, query in enumerate(panel.queries):
        if query.column:
            reference = queries.reference_id(position)
            name = f"Value #{reference}" if fields.joins_queries(panel) else "Value"
            renamed[name] = query.column
    order: dict[str, documents.Document] = {
        name: index for index, name in enumerate(renamed)
    }
    organize: documents.Document = {
        "id": "organize",
        "options": {
            "excludeByName": {"Time": True},
            "includeByName": {},
            "indexByName": order,
            "renameByName": renamed,
        },
    }
    merge: documents.Document = {"id": "merge", "options": {}}
    return [merge, organize] if fields.joins_queries(panel) else [organize]
