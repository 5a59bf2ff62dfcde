"""Field settings: unit, range, thresholds and the words that stand for numbers."""

from collections.abc import Iterable, Mapping
from typing import Final

from sightline.compilers import documents, readings
from sightline.compilers.grafana import queries, thresholds, units
from sightline.model import dashboards, monitoring
from sightline.model import units as model_units
from sightline.promql import windows

__all__ = ["compile_fields", "joins_queries"]

_TIMESERIES_STYLE: Mapping[str, documents.Document] = {
    "axisBorderShow": False,
    "axisLabel": "",
    "axisPlacement": "auto",
    "drawStyle": "line",
    "gradientMode": "none",
    "lineInterpolation": "linear",
    "lineWidth": 1,
    "pointSize": 5,
    "scaleDistribution": {"type": "linear"},
    "showPoints": "never",
    # A gap in the samples is shown as one: a line across it would be a guess.
    "spanNulls": False,
}

_A_DAY: Final = model_units.Duration.parse("1d")
"""Longer comparisons stay empty for so long that a panel had better say it."""


def joins_queries(panel: dashboards.Panel) -> bool:
    """Whether the panel's queries become columns of one table."""
    return panel.kind is dashboards.PanelKind.TABLE and len(panel.queries) > 1


def compile_fields(
    panel: dashboards.Panel, declared: monitoring.Monitoring
) -> documents.Document:
    """Gives the panel's `fieldConfig`: defaults, and overrides for table columns."""
    defaults = _measure(panel.queries[:1], panel, declared)
    if panel.minimum is not None:
        defaults["min"] = _shortest(panel.minimum)
    if panel.maximum is not None:
        defaults["max"] = _shortest(panel.maximum)
    defaults["color"] = {"mode": _color_mode(panel)}
    defaults["custom"] = _style(panel, declared)
    defaults["mappings"] = _mappings(panel.mappings)
    if reason := _reason_for_nothing(panel, declared):
        defaults["noValue"] = reason
    overrides = (
        [_column_override(query, panel, declared) for query in panel.queries]
        if panel.kind is dashboards.PanelKind.TABLE
        else []
    )
    return {"defaults": defaults, "overrides": overrides}


def _reason_for_nothing(
    panel: dashboards.Panel, declared: monitoring.Monitoring
) -> str:
    """Gives what the panel says in place of numbers; empty where nothing is known."""
    if missing := declared.lacking(monitoring.find_needs(panel, declared)):
        return f"no source: {', '.join(missing)}"
    lookbacks = [
        windows.longest_lookback(reading.expr)
        for query in panel.queries
        if query.signal is not None
        for reading in readings.instantiate(declared.signals[query.signal], declared)
    ]
    longest = max(lookbacks, default=_A_DAY)
    return f"needs {longest} of history" if longest > _A_DAY else ""


def _measure(
    shown: Iterable[dashboards.PanelQuery],
    panel: dashboards.Panel,
    declared: monitoring.Monitoring,
) -> dict[str, documents.Document]:
    """Gives unit, digits and thresholds, as the query that decides them has them."""
    measure: dict[str, documents.Document] = {}
    steps = thresholds.compile_steps(())
    for query in shown:
        unit = queries.shown_unit(query, panel, declared)
        if unit is not None:
            measure["unit"] = units.present(unit).unit
        decimals = panel.decimals if query.decimals is None else query.decimals
        if decimals is not None:
            measure["decimals"] = decimals
        steps = _steps(query, panel, declared)
    measure["thresholds"] = {
        "mode": "absolute",
        "steps": [
            {"color": step.color, "value": _shortest(step.start)} for step in steps
        ],
    }
    return measure


def _steps(
    query: dashboards.PanelQuery,
    panel: dashboards.Panel,
    declared: monitoring.Monitoring,
) -> tuple[thresholds.Step, ...]:
    """Gives the colours of one query: of its scale, else of its signal's levels."""
    scale = query.scale or panel.scale
    if scale is not None:
        return thresholds.compile_scale(scale, declared.service_levels)
    if query.signal is None:
        return thresholds.compile_steps(())
    unit = queries.shown_unit(query, panel, declared)
    return thresholds.compile_steps(
        declared.signals[query.signal].levels,
        factor=units.present(unit).factor if unit else 1,
        is_whole=unit in {model_units.Unit.COUNT, model_units.Unit.BOOLEAN},
    )


def _shortest(number: float | None) -> float | None:
    """Gives whole numbers without the `.0` that JSON would write."""
    return int(number) if number is not None and number.is_integer() else number


def _color_mode(panel: dashboards.Panel) -> str:
    if panel.kind is dashboards.PanelKind.TIMESERIES:
        return "palette-classic"
    return "thresholds"


def _style(
    panel: dashboards.Panel, declared: monitoring.Monitoring
) -> documents.Document:
    match panel.kind:
        case dashboards.PanelKind.TIMESERIES:
            is_coloured = any(
                len(_steps(query, panel, declared)) > 1 for query in panel.queries[:1]
            )
            mode = "dashed" if is_coloured else "off"
            return {
                **_TIMESERIES_STYLE,
                "fillOpacity": 25 if panel.stacked else 8,
                "stacking": {
                    "group": "A",
                    "mode": "normal" if panel.stacked else "none",
                },
                "thresholdsStyle": {"mode": mode},
            }
        case dashboards.PanelKind.TABLE:
            return {"align": "auto", "inspect": False}
        case dashboards.PanelKind.STATE_TIMELINE:
            return {"fillOpacity": 80, "lineWidth": 0, "spanNulls": False}
        case _:
            return {}


def _mappings(
    declared: Iterable[dashboards.ValueMapping],
) -> list[documents.Document]:
    options: dict[str, documents.Document] = {
        f"{mapping.value:g}": {
            "color": mapping.color,
            "index": index,
            "text": mapping.text,
        }
        for index, mapping in enumerate(declared)
    }
    return [{"options": options, "type": "value"}] if options else []


def _column_override(
    query: dashboards.PanelQuery,
    panel: dashboards.Panel,
    declared: monitoring.Monitoring,
) -> documents.Document:
    measure = _measure((query,), panel, declared)
    properties: list[documents.Document] = [
        {"id": key, "value": setting} for key, setting in sorted(measure.items())
    ]
    properties.append({"id": "custom.cellOptions", "value": {"type": "color-text"}})
    return {
        "matcher": {"id": "byName", "options": query.column or "Value"},
        "properties": properties,
    }
