"""Asks Prometheus how every objective stands: all series at one and the same time."""

import asyncio
import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline.app import live
from sightline.app.slo import standings
from sightline.clients import prometheus, servers
from sightline.compilers import slo
from sightline.compilers.slo import burn, lints, periods, series
from sightline.model import (
    environments,
    findings,
    monitoring,
    names,
    rules,
    slos,
    units,
)
from sightline.spec import loading

__all__ = ["FORECAST_WINDOW", "Report", "Request", "read", "run"]

FORECAST_WINDOW: Final = units.Duration.parse("6h")
"""Long enough not to follow every spike, short enough to see a bad release."""

_EVERY_SERIES: Final = '{__name__=~"slo:.+"}'
_AT_ONCE: Final = 4

_Numbers = Mapping[tuple[str, str], float]
"""By the name of the series and of the objective."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked.

    Attributes:
        environment: by name; the local stack when it is `None` and the spec has one.
        at: `None` is now.
    """

    root: Path
    environment: str | None = None
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The objectives of a project, how each stands, and what is wrong with them.

    Attributes:
        findings: what the spec alone shows; see `compilers.slo.lints`.
    """

    levels: slos.ServiceLevels
    standings: tuple[standings.Standing, ...]
    findings: tuple[findings.Finding, ...]


def run(request: Request) -> Report:
    """Gives how every objective of a project stands.

    Raises:
        SpecInvalid: the spec has findings.
        InputError: the spec has no such environment.
        ServerUnavailable: Prometheus did not answer.
    """
    declared = loading.require(request.root)
    environment = live.choose(declared, request.environment)
    if environment.name == live.LOCAL:
        environment = live.at_ports(environment, live.running_ports(request.root))
    at = request.at or dt.datetime.now(dt.UTC)
    return Report(
        levels=declared.service_levels,
        standings=asyncio.run(_run(declared, environment, at)),
        findings=lints.find_all(declared, environment),
    )


async def read(
    server: prometheus.Prometheus,
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    at: dt.datetime,
    *,
    counts_cost: bool = True,
) -> tuple[standings.Standing, ...]:
    """Gives how every objective stands at one time, in the order of the spec.

    Args:
        server: has the objectives' series.
        declared: the spec that they come from.
        environment: where its rules are evaluated.
        at: for which time.
        counts_cost: whether every rule is evaluated once to count what it reads;
            otherwise the costs are zero.
    """
    levels = declared.service_levels
    numbers = await _read_series(server, at)
    recent = await _read_recent(server, at)
    events = await _read_events(server, levels, at)
    groups = slo.compile_slo_groups(declared, environment)
    narrow = asyncio.Semaphore(_AT_ONCE)

    async def _stand(objective: slos.Objective) -> standings.Standing:
        cost = _Cost(per_evaluation=0, per_second=0.0)
        if counts_cost:
            async with narrow:
                cost = await _read_cost(server, objective, groups, at)
        measured = _gather(objective, numbers, recent, events, cost)
        return standings.judge(objective, measured, levels, at)

    return tuple(
        await asyncio.gather(*(_stand(one) for one in levels.objectives.values()))
    )


async def _run(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    at: dt.datetime,
) -> tuple[standings.Standing, ...]:
    async with servers.open_client() as client:
        server = prometheus.Prometheus(client, environment.prometheus_url)
        return await read(server, declared, environment, at)


async def _read_series(server: prometheus.Prometheus, at: dt.datetime) -> _Numbers:
    samples = await server.query(_EVERY_SERIES, at)
    return {
        (sample.labels["__name__"], sample.labels["slo"]): sample.number
        for sample in samples
        if "slo" in sample.labels
    }


async def _read_recent(server: prometheus.Prometheus, at: dt.datetime) -> _Numbers:
    """Gives the events of the forecast's window, under the names of the rates."""
    found: dict[tuple[str, str], float] = {}
    for name in (series.BAD, series.TOTAL):
        seconds = series.RULE_INTERVAL.seconds
        expr = f"sum_over_time({name}[{FORECAST_WINDOW}]) * {seconds:g}"
        for sample in await server.query(expr, at):
            found[name, sample.labels.get("slo", "")] = sample.number
    return found


async def _read_events(
    server: prometheus.Prometheus, levels: slos.ServiceLevels, at: dt.datetime
) -> Mapping[str, float]:
    """Gives the valid events of each objective in a period, at the traffic it has.

    What was measured stands for the rest, so that a new objective is judged by its
    traffic and not by its age.
    """
    found: dict[str, float] = {}
    spans = dict.fromkeys(one.period for one in levels.objectives.values())
    for period in spans:
        expr = (
            f"avg_over_time({series.TOTAL}[{period}:{periods.STEP}])"
            f" * {period.seconds:g}"
        )
        for sample in await server.query(expr, at):
            objective = levels.objectives.get(names.SloName(sample.labels["slo"]))
            if objective is not None and objective.period == period:
                found[objective.name] = sample.number
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cost:
    per_evaluation: int
    per_second: float


async def _read_cost(
    server: prometheus.Prometheus,
    objective: slos.Objective,
    groups: tuple[rules.RuleGroup, ...],
    at: dt.datetime,
) -> _Cost:
    """Gives what an objective's rules read, by Prometheus's own count.

    A group's expressions are asked as one: `or` evaluates all of them.
    """
    mine = {f"slo-{objective.name}{part}" for part in ("", "-period", "-month")}
    per_second, per_evaluation = 0.0, 0
    for group in groups:
        if group.name not in mine:
            continue
        everything = "\nor\n".join(f"({rule.expr})" for rule in group.rules)
        samples = await server.count_samples(everything, at)
        per_second += samples / group.interval.seconds
        for rule in group.rules:
            if _is_period_ratio(rule, objective):
                per_evaluation = await server.count_samples(rule.expr, at)
    return _Cost(per_evaluation=per_evaluation, per_second=per_second)


def _is_period_ratio(rule: rules.Rule, objective: slos.Objective) -> bool:
    name = series.error_ratio(objective.period)
    return isinstance(rule, rules.RecordingRule) and rule.record == name


def _gather(
    objective: slos.Objective,
    numbers: _Numbers,
    recent: _Numbers,
    events: Mapping[str, float],
    cost: _Cost,
) -> standings.Measured:
    def number(name: str) -> float | None:
        found = numbers.get((name, objective.name))
        return found if found is not None and math.isfinite(found) else None

    return standings.Measured(
        error_ratio=number(series.error_ratio(objective.period)),
        budget_remaining=number(series.BUDGET_LEFT),
        coverage=number(series.coverage(objective.period)),
        ratios={window: number(series.error_ratio(window)) for window in burn.WINDOWS},
        month=standings.Month(
            events=_counts(
                number(series.MONTH_BAD),
                number(series.MONTH_TOTAL),
            ),
            error_ratio=number(series.MONTH_RATIO),
            coverage=number(series.MONTH_COVERAGE),
        ),
        recent=_counts(
            recent.get((series.BAD, objective.name)),
            recent.get((series.TOTAL, objective.name)),
        ),
        events_per_period=events.get(objective.name),
        samples_per_evaluation=cost.per_evaluation,
        samples_per_second=cost.per_second,
    )


def _counts(bad: float | None, total: float | None) -> standings.Counts | None:
    if bad is None or total is None:
        return None
    return standings.Counts(bad=bad, total=total)
