"""Panel queries: a signal's series or a panel's own PromQL, filtered by variables."""

import re
from collections.abc import Iterable, Sequence
from string import ascii_uppercase
from typing import Final

from sightline.compilers import documents, quantities, readings
from sightline.compilers.grafana import data_sources, units
from sightline.model import dashboards, monitoring, signals
from sightline.model import units as model_units
from sightline.promql import expressions

__all__ = ["compile_queries", "reference_id", "result_labels", "shown_unit"]


_INTERVAL: Final = re.compile(r"\$__(?:rate_)?(?:interval|range)\b")


def reference_id(position: int) -> str:
    """Gives Grafana's name for a panel's query: A to Z, then AA, AB and on."""
    prefix, letter = divmod(position, len(ascii_uppercase))
    start = reference_id(prefix - 1) if prefix else ""
    return start + ascii_uppercase[letter]


def compile_queries(
    panel: dashboards.Panel,
    dashboard: dashboards.Dashboard,
    declared: monitoring.Monitoring,
) -> list[documents.Document]:
    """Gives the panel's queries in Grafana's form, lettered in their order."""
    is_table = panel.kind is dashboards.PanelKind.TABLE
    return [
        {
            "datasource": dict(data_sources.PROMETHEUS),
            "editorMode": "code",
            "expr": _expression(query, panel, dashboard, declared),
            "format": "table" if is_table else "time_series",
            "instant": is_table or query.instant,
            "legendFormat": query.legend or "__auto",
            "range": not (is_table or query.instant),
            "refId": reference_id(position),
        }
        for position, query in enumerate(panel.queries)
    ]


def shown_unit(
    query: dashboards.PanelQuery,
    panel: dashboards.Panel,
    declared: monitoring.Monitoring,
) -> model_units.Unit | None:
    """Gives the unit of one query: its own, the panel's, or its signal's."""
    if query.unit or panel.unit:
        return query.unit or panel.unit
    return declared.signals[query.signal].unit if query.signal else None


def result_labels(
    query: dashboards.PanelQuery, declared: monitoring.Monitoring
) -> tuple[str, ...]:
    """Gives the labels of what a query answers, as far as the query decides them."""
    if query.signal is not None:
        return declared.signals[query.signal].result_labels
    return expressions.aggregation_labels(_fill_intervals(query.expr or "")) or ()


def _fill_intervals(expr: str) -> str:
    """Gives a panel's expression as PromQL can be read: any range will do."""
    return _INTERVAL.sub("5m", expr)


def _expression(
    query: dashboards.PanelQuery,
    panel: dashboards.Panel,
    dashboard: dashboards.Dashboard,
    declared: monitoring.Monitoring,
) -> str:
    if query.signal is None:
        expr = (query.expr or "").strip()
    else:
        signal = declared.signals[query.signal]
        expr = _filter_signal(signal, dashboard.variables, declared)
        if panel.kind is dashboards.PanelKind.TABLE:
            expr = _drop_identity(signal, expr)
    unit = shown_unit(query, panel, declared)
    factor = units.present(unit).factor if unit else 1
    if factor == 1:
        return expr
    return f"{readings.wrap(expr)} * {quantities.render_number(float(factor))}"


def _filter_signal(
    signal: signals.Signal,
    variables: Iterable[dashboards.Variable],
    declared: monitoring.Monitoring,
) -> str:
    """Gives the signal's series that the dashboard's variables choose.

    A recorded series takes the matchers itself. A query is never edited: its result
    is kept where the variable's own metric has the chosen label. One that is repeated
    for each member is kept whole: it tells of members that no metric knows any more.
    """
    expr = readings.read_signal(signal, declared)
    chosen = [
        variable
        for variable in variables
        if variable.source_label in signal.result_labels
    ]
    if signal.record is not None:
        matchers = ",".join(_matcher(variable) for variable in chosen)
        return f"{expr}{{{matchers}}}" if matchers else expr
    if signal.each is not None:
        return expr
    for variable in chosen:
        choice = f"{variable.metric}{{{_matcher(variable)}}}"
        expr = f"{expr}\nand on ({variable.source_label}) {choice}"
    return expr


def _matcher(variable: dashboards.Variable) -> str:
    return f'{variable.source_label}=~"${variable.name}"'


def _drop_identity(signal: signals.Signal, expr: str) -> str:
    """Gives one row for each combination of the signal's own labels.

    Tables join the rows of their queries on equal labels, and two recorded series
    never agree on `__name__`.
    """
    labels: Sequence[str] = signal.result_labels
    inner = readings.wrap(expr)
    return f"max by ({', '.join(labels)}) {inner}"
