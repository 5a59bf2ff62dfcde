"""Whether every panel of every dashboard still shows something, and soon enough."""

import asyncio
import dataclasses
import datetime as dt
import enum
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sightline import errors
from sightline.clients import prometheus
from sightline.formats import dashboards
from sightline.promql import (
    ast,
    parsing,
    printing,
    refusals,
    templating,
    walking,
    windows,
)
from sightline.review import plausibility, renames
from sightline.review.backtest import coverage, fetching, replaying, timelines

__all__ = ["PanelState", "State", "examine"]

_SLOW_SECONDS: Final = 1.0
_AT_ONCE: Final = 4
_HOUR_SECONDS: Final = plausibility.STEP_SECONDS
_WEEK_SECONDS: Final = 7 * 86_400.0
_PLACEHOLDER: Final = "5m"
"""Stands for a variable outside of quotes; nearly all of those are ranges."""


class State(enum.Enum):
    """What a panel's query gives."""

    FINE = "has data"
    EMPTY = "has no data, though its metrics exist"
    UNKNOWN_METRIC = "asks for a metric that never existed in this period"
    GONE = "asks for a metric that is gone"
    FROZEN = "shows numbers that no longer move"
    WRONG_UNIT = "shows numbers that its unit cannot have"
    REFUSED = "asks what the server refuses"
    SLOW = "is slow"
    YOUNG = "looks further back than history reaches"
    NOT_ASKED = "was not asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelState:
    """One query of one panel."""

    dashboard: str
    panel: str
    state: State
    evidence: str


async def examine(
    server: prometheus.Prometheus,
    boards: Sequence[dashboards.Dashboard],
    period: replaying.Period,
) -> tuple[PanelState, ...]:
    """Gives the state of every query to Prometheus, at the end of the period.

    Raises:
        ServerUnavailable: the server did not answer at all.
    """
    asked = list(_queries(boards))
    names: set[str] = set()
    for question in asked:
        if isinstance(question.tree, str):
            continue
        names |= coverage.metrics_of(question.tree)
    start, end = period.start.timestamp(), period.end.timestamp()
    seen = await coverage.measure(server, names, start, end)
    gone = {name: one for name, one in seen.items() if coverage.is_gone(one, period)}
    known = _Known(seen=seen, renamed=await renames.find(server, gone, start, end))
    gate = asyncio.Semaphore(_AT_ONCE)
    return tuple(
        await asyncio.gather(
            *(_ask(server, question, known, period, gate) for question in asked)
        )
    )


@dataclass(frozen=True, slots=True)
class _Question:
    """A query, or the reason for which it is not asked."""

    dashboard: str
    panel: str
    unit: str
    tree: ast.Expression | str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of all metrics that panels read, and the new names of old ones."""

    seen: Mapping[str, coverage.Coverage]
    renamed: Mapping[str, str]


def _queries(boards: Sequence[dashboards.Dashboard]) -> Iterator[_Question]:
    for board in boards:
        variables = dict(templating.GRAFANA) | {
            one.name: _PLACEHOLDER for one in board.variables
        }
        for panel in board.panels:
            for query in panel.queries:
                if query.source_kind in {None, "prometheus"}:
                    tree = _parse(query.expr.text, variables)
                    unit = panel.unit.text if panel.unit else ""
                    yield _Question(board.uid or board.title, panel.title, unit, tree)


def _parse(text: str, variables: templating.Variables) -> ast.Expression | str:
    try:
        return walking.transform(parsing.parse(text, variables), _choose_all)
    except refusals.RefusedExpression as refusal:
        return str(refusal)


def _choose_all(node: ast.Expression) -> ast.Expression:
    """Gives a selector for every choice of the dashboard's variables."""
    if not isinstance(node, ast.VectorSelector):
        return node
    fixed = tuple(one for one in node.matchers if not one.is_templated)
    return dataclasses.replace(node, matchers=fixed)


async def _ask(
    server: prometheus.Prometheus,
    question: _Question,
    known: _Known,
    period: replaying.Period,
    gate: asyncio.Semaphore,
) -> PanelState:
    if isinstance(question.tree, str):
        state, evidence = State.NOT_ASKED, question.tree
    else:
        async with gate:
            state, evidence = await _answer(
                server, question.tree, question.unit, known, period
            )
    return PanelState(
        dashboard=question.dashboard,
        panel=question.panel,
        state=state,
        evidence=evidence,
    )


async def _answer(
    server: prometheus.Prometheus,
    tree: ast.Expression,
    unit: str,
    known: _Known,
    period: replaying.Period,
) -> tuple[State, str]:
    expr = printing.render(tree)
    began = time.perf_counter()
    try:
        samples = await server.query(expr, period.end)
        seconds = time.perf_counter() - began
        if not samples:
            return _emptiness(tree, known, period)
        frozen = await _frozen_hours(server, expr, period)
    except errors.ServerUnavailable as refusal:
        return State.REFUSED, str(refusal)
    if reason := plausibility.find_wrong_unit(unit, [one.number for one in samples]):
        return State.WRONG_UNIT, reason
    if frozen:
        return State.FROZEN, f"the same numbers for {frozen} hours, moving before"
    evidence = f"{len(samples)} series after {seconds:.2f} s"
    return (State.SLOW if seconds > _SLOW_SECONDS else State.FINE), evidence


async def _frozen_hours(
    server: prometheus.Prometheus, expr: str, period: replaying.Period
) -> int:
    """Gives for how long the numbers stand still, in the last week of the period."""
    end = period.end.timestamp()
    hours = int(min(end - period.start.timestamp(), _WEEK_SECONDS) // _HOUR_SECONDS)
    grid = timelines.Grid(
        start=end - hours * _HOUR_SECONDS, step=_HOUR_SECONDS, count=hours + 1
    )
    return plausibility.frozen_hours(await fetching.fetch(server, expr, grid))


def _emptiness(
    tree: ast.Expression, known: _Known, period: replaying.Period
) -> tuple[State, str]:
    seen, names = known.seen, sorted(coverage.metrics_of(tree))
    if missing := [one for one in names if seen[one].first is None]:
        return State.UNKNOWN_METRIC, ", ".join(missing)
    if gone := [one for one in names if coverage.is_gone(seen[one], period)]:
        return State.GONE, ", ".join(_obituary(one, known) for one in gone)
    expr = printing.render(tree)
    if windows.longest_offset(expr).seconds > period.end.timestamp() - max(
        (seen[one].first or 0.0 for one in names), default=0.0
    ):
        return State.YOUNG, expr
    return State.EMPTY, expr


def _obituary(name: str, known: _Known) -> str:
    last = dt.datetime.fromtimestamp(known.seen[name].last or 0.0, dt.UTC)
    new = known.renamed.get(name)
    renamed = f", now perhaps {new}" if new else ""
    return f"{name} (last seen {last:%Y-%m-%d %H:%M} UTC{renamed})"
