"""Dashboards as the spec declares them: rows of panels that read signals."""

import enum
from dataclasses import dataclass

from sightline.model import names, spans, units

__all__ = [
    "Calculation",
    "Dashboard",
    "Link",
    "Panel",
    "PanelKind",
    "PanelQuery",
    "Row",
    "Scale",
    "ValueMapping",
    "Variable",
]


class PanelKind(enum.Enum):
    """The panel types we emit; the value is Grafana's name of the type."""

    STAT = "stat"
    TIMESERIES = "timeseries"
    GAUGE = "gauge"
    BAR_GAUGE = "bargauge"
    TABLE = "table"
    STATE_TIMELINE = "state-timeline"
    TEXT = "text"


class Calculation(enum.Enum):
    """How a series becomes one number; the value is Grafana's reducer id."""

    LAST = "lastNotNull"
    MEAN = "mean"
    MAX = "max"
    MIN = "min"
    SUM = "sum"


class Scale(enum.Enum):
    """Where the colours of a number come from when it is no signal's own."""

    ERROR_BUDGET = "error_budget"
    """The states of the error budget policy."""
    BURN_RATE = "burn_rate"
    """The factors of the burn tiers, with the colours of their priorities."""
    COVERAGE = "coverage"
    """The measured share below which an objective counts as not measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelQuery:
    """One query of a panel.

    Exactly one of `signal` and `expr` is given: a signal's own query (or its
    recorded series), or PromQL that only this panel needs.

    Attributes:
        legend: Grafana's legend template, such as `{{service}}`.
        instant: ask for the latest value only (tables, stats).
        column: the title of the value column in a table.
        unit: overrides the panel's unit for this query's column.
        decimals: overrides the panel's digits after the point.
        scale: colours instead of the signal's levels; the panel's when `None`.
    """

    signal: names.SignalName | None
    expr: str | None
    legend: str
    instant: bool
    column: str | None
    unit: units.Unit | None
    decimals: int | None = None
    scale: Scale | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueMapping:
    """A number shown as a word and a colour (`0` is `down`, in red)."""

    value: float
    text: str
    color: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One panel; title, unit, thresholds and description default to its signal's.

    Attributes:
        decimals: digits after the point; as many as the number needs when `None`.
        scale: colours instead of the signal's levels.
        sort: the column by which the rows of a table stand.
        descending: whether the largest comes first.
        needs: the exporters and probes without which its own queries have no data.
    """

    kind: PanelKind
    title: str
    description: str
    unit: units.Unit | None
    queries: tuple[PanelQuery, ...]
    calculation: Calculation
    width: int
    height: int
    mappings: tuple[ValueMapping, ...]
    stacked: bool
    text: str
    minimum: float | None
    maximum: float | None
    span: spans.Span
    decimals: int | None = None
    scale: Scale | None = None
    sort: str | None = None
    descending: bool = False
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A titled band of panels."""

    title: str
    collapsed: bool
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A dashboard variable filled from label values; `All` is always offered."""

    name: str
    label: str
    metric: names.MetricName
    source_label: names.LabelName


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link in the dashboard's header to another of our dashboards."""

    title: str
    dashboard: names.DashboardUid


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """A dashboard under `/d/<uid>`."""

    uid: names.DashboardUid
    title: str
    purpose: str
    tags: tuple[str, ...]
    refresh: units.Duration
    time_range: units.Duration
    variables: tuple[Variable, ...]
    links: tuple[Link, ...]
    rows: tuple[Row, ...]
    span: spans.Span
