"""What an alerting rule would have done over a period: its episodes."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from sightline.clients import prometheus
from sightline.promql import ast, printing, walking
from sightline.review.backtest import (
    chains,
    fetching,
    restricting,
    states,
    timelines,
)

__all__ = [
    "Alert",
    "Episode",
    "Period",
    "episodes_in",
    "episodes_of",
    "evaluations",
    "presence",
    "replay",
    "result_labels",
]

_BEFORE: Final = dt.timedelta(days=1)

_Identity = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alerting rule.

    Attributes:
        labels: those that it adds; `{{ $labels.x }}` is filled in, other templates
            stay as they are.
        interval: of its group, in seconds.
    """

    name: str
    expression: ast.Expression
    labels: Mapping[str, str]
    timing: states.Timing
    interval: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One alert from its first firing evaluation on.

    Attributes:
        labels: of the alert, without `alertname`.
        start: in Unix seconds.
        end: the first evaluation at which it no longer fires; `None` when it still
            fires at the end of the period.
    """

    labels: Mapping[str, str]
    start: float
    end: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The stretch of history that is looked at."""

    start: dt.datetime
    end: dt.datetime


def evaluations(alert: Alert, period: Period) -> timelines.Grid:
    """Gives a rule's evaluations in a period, and enough before it.

    An alert that fires as the period begins became pending before it, and one that is
    kept firing may have been so again and again: a day shows nearly all of them.
    """
    timing = alert.timing
    held = timing.hold + timing.keep_firing + alert.interval
    before = max(dt.timedelta(seconds=held), _BEFORE)
    return timelines.Grid.between(period.start - before, period.end, alert.interval)


def presence(expression: ast.Expression) -> ast.Expression:
    """Gives an expression with a number wherever `expression` has a result.

    A result may be NaN, as of 0 / 0, and an alert fires on it all the same; among the
    samples that are fetched NaN is none.
    """
    if not restricting.is_vector(expression) or _is_never_nan(expression):
        return expression
    return ast.Aggregate(
        operator=ast.AggregateOperator.GROUP,
        operand=expression,
        grouping=ast.Grouping(labels=(), is_without=True),
    )


def _is_never_nan(expression: ast.Expression) -> bool:
    """Says whether a comparison decides the results: NaN passes none but `!=`."""
    node = walking.bare(expression)
    if not isinstance(node, ast.Binary):
        return False
    if node.operator is ast.BinaryOperator.OR:
        return _is_never_nan(node.left) and _is_never_nan(node.right)
    if node.operator in ast.SET_OPERATORS:
        return _is_never_nan(node.left)
    return (
        node.operator in ast.COMPARISONS
        and node.operator is not ast.BinaryOperator.NOT_EQUAL
        and not node.returns_bool
    )


async def replay(
    server: prometheus.Prometheus,
    alert: Alert,
    recordings: chains.Recordings,
    period: Period,
) -> tuple[Episode, ...]:
    """Gives the episodes that a rule would have had in a period, oldest first.

    Args:
        server: has the history of everything that the rule reads.
        alert: the rule.
        recordings: the recording rules whose series the server has no history of.
        period: what is looked at; an episode that began before it is in it too.

    Raises:
        NotReplayable: the rule needs what cannot be computed from history.
        ServerUnavailable: the server did not answer, or refuses the expression.
    """
    expression = chains.inline(alert.expression, recordings)
    grid = evaluations(alert, period)
    expr = printing.render(presence(expression))
    series = await fetching.fetch(server, expr, grid)
    return episodes_in(alert, series, grid, period)


def episodes_in(
    alert: Alert,
    results: Iterable[timelines.Timeline],
    grid: timelines.Grid,
    period: Period,
) -> tuple[Episode, ...]:
    """Gives the episodes that follow from the results of a rule's expression.

    Args:
        alert: the rule.
        results: its condition holds where they have a number.
        grid: the evaluations; see `evaluations`.
        period: an episode that began before it is in it too.

    Raises:
        NotReplayable: two results are the same alert at once.
    """
    found = [
        episode
        for labels, holds in _conditions(alert, results).items()
        for episode in episodes_of(
            dict(labels), states.true_spans(holds), alert.timing, grid
        )
        if episode.end is None or episode.end > period.start.timestamp()
    ]
    return tuple(sorted(found, key=lambda one: (one.start, sorted(one.labels.items()))))


def episodes_of(
    labels: Mapping[str, str],
    active: states.Spans,
    timing: states.Timing,
    grid: timelines.Grid,
) -> Iterator[Episode]:
    """Gives the episodes of one alert whose condition holds in the spans `active`."""
    spans = states.firing_spans(active, timing, grid)
    for begin, end in zip(spans.begins.tolist(), spans.ends.tolist(), strict=True):
        yield Episode(
            labels=labels,
            start=grid.time_of(begin),
            end=grid.time_of(end) if end < grid.count else None,
        )


_LABEL_TEMPLATE: Final = re.compile(
    r"\{\{-?\s*(?:\$labels|\.Labels)\.([a-zA-Z_][a-zA-Z0-9_]*)\s*-?\}\}"
)


def result_labels(alert: Alert, series: Mapping[str, str]) -> Mapping[str, str]:
    """Gives the labels of the alert that a series raises, without `alertname`."""
    own = {
        name: _LABEL_TEMPLATE.sub(lambda found: series.get(found[1], ""), text)
        for name, text in alert.labels.items()
    }
    merged = {**series, **own}
    merged.pop("__name__", None)
    return {name: text for name, text in sorted(merged.items()) if text}


def _conditions(
    alert: Alert, series: Iterable[timelines.Timeline]
) -> Mapping[_Identity, states.Holds]:
    """Gives the condition of every alert; series that follow one another share one."""
    conditions: dict[_Identity, states.Holds] = {}
    for timeline in series:
        labels = result_labels(alert, timeline.labels)
        identity = tuple(labels.items())
        holds = ~np.isnan(timeline.numbers)
        before = conditions.get(identity, np.zeros_like(holds))
        if np.any(before & holds):
            raise restricting.NotReplayable(
                f"two series are the same alert {dict(labels)} at once: "
                "Prometheus refuses to evaluate that"
            )
        conditions[identity] = before | holds
    return conditions
