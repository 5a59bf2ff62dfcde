"""Whether every panel of every dashboard still shows something, and soon enough."""

import asyncio
import dataclasses
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
from sightline.review.backtest import coverage, replaying

__all__ = ["PanelState", "State", "examine"]

_SLOW_SECONDS: Final = 1.0
_AT_ONCE: Final = 4
_PLACEHOLDER: Final = "5m"
"""Stands for a variable outside of quotes; nearly all of those are ranges."""


class State(enum.Enum):
    """What a panel's query gives."""

    FINE = "has data"
    EMPTY = "has no data, though its metrics exist"
    UNKNOWN_METRIC = "asks for a metric that never existed in this period"
    STALE = "asks for a metric that is gone"
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
    seen = await coverage.measure(
        server, names, period.start.timestamp(), period.end.timestamp()
    )
    gate = asyncio.Semaphore(_AT_ONCE)
    return tuple(
        await asyncio.gather(
            *(_ask(server, question, seen, period, gate) for question in asked)
        )
    )


@dataclass(frozen=True, slots=True)
class _Question:
    """A query, or the reason for which it is not asked."""

    dashboard: str
    panel: str
    tree: ast.Expression | str


def _queries(boards: Sequence[dashboards.Dashboard]) -> Iterator[_Question]:
    for board in boards:
        variables = dict(templating.GRAFANA) | {
            one.name: _PLACEHOLDER for one in board.variables
        }
        for panel in board.panels:
            for query in panel.queries:
                if query.source_kind in {None, "prometheus"}:
                    tree = _parse(query.expr.text, variables)
                    yield _Question(board.uid or board.title, panel.title, tree)


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
    seen: Mapping[str, coverage.Coverage],
    period: replaying.Period,
    gate: asyncio.Semaphore,
) -> PanelState:
    if isinstance(question.tree, str):
        state, evidence = State.NOT_ASKED, question.tree
    else:
        async with gate:
            state, evidence = await _answer(server, question.tree, seen, period)
    return PanelState(
        dashboard=question.dashboard,
        panel=question.panel,
        state=state,
        evidence=evidence,
    )


async def _answer(
    server: prometheus.Prometheus,
    tree: ast.Expression,
    seen: Mapping[str, coverage.Coverage],
    period: replaying.Period,
) -> tuple[State, str]:
    expr = printing.render(tree)
    began = time.perf_counter()
    try:
        samples = await server.query(expr, period.end)
    except errors.ServerUnavailable as refusal:
        return State.REFUSED, str(refusal)
    seconds = time.perf_counter() - began
    if samples:
        is_slow = seconds > _SLOW_SECONDS
        evidence = f"{len(samples)} series after {seconds:.2f} s"
        return (State.SLOW if is_slow else State.FINE), evidence
    return _emptiness(tree, seen, period)


def _emptiness(
    tree: ast.Expression,
    seen: Mapping[str, coverage.Coverage],
    period: replaying.Period,
) -> tuple[State, str]:
    names = sorted(coverage.metrics_of(tree))
    if missing := [one for one in names if seen[one].first is None]:
        return State.UNKNOWN_METRIC, ", ".join(missing)
    if gone := [one for one in names if coverage.is_gone(seen[one], period)]:
        return State.STALE, ", ".join(gone)
    expr = printing.render(tree)
    if windows.longest_offset(expr).seconds > period.end.timestamp() - max(
        (seen[one].first or 0.0 for one in names), default=0.0
    ):
        return State.YOUNG, expr
    return State.EMPTY, printing.render(tree)
