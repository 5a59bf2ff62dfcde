"""Replays alerting rules over history: a spec's own, or anyone's."""

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

from sightline.app.backtest import (
    changes,
    inputs,
    recorded,
    replays,
    results,
    truths,
)
from sightline.clients import prometheus, servers
from sightline.model import findings, units
from sightline.promql import ast
from sightline.review.backtest import chains, coverage, replaying, restricting

__all__ = ["Report", "Request", "replay_rules", "run"]

_TIMEOUT_SECONDS: Final = 120.0

_Rule = TypeVar("_Rule", replaying.Alert, chains.Recording)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked.

    Attributes:
        paths: files and folders with rules; none means the spec's own.
        alert: only the rules of this name; `None` means all.
        since: how far back history is looked at.
        until: `None` is now.
        sweep: whether other limits and durations are tried too.
        url: of the Prometheus or VictoriaMetrics that has the history; `None` means
            the environment's.
        step_seconds: rules are evaluated no more often than this; 0 is as often as
            Prometheus does.
        budget_seconds: how long the server may take for all rules; `None` is as long
            as it takes.
        truth: an expression that has results whenever something is truly wrong;
            `None` means where an objective of the spec burns fast.
    """

    root: Path
    since: units.Duration
    paths: Sequence[Path] = ()
    alert: str | None = None
    until: dt.datetime | None = None
    sweep: bool = False
    url: str | None = None
    environment: str | None = None
    truth: str | None = None
    step_seconds: float = 0.0
    budget_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What every rule would have done over a period.

    Attributes:
        not_checked: rules and files that were not understood, and why.
    """

    period: replaying.Period
    results: tuple[results.Result, ...]
    not_checked: tuple[findings.NotChecked, ...]


def run(request: Request, say: Callable[[str], None]) -> Report:
    """Gives what the rules would have done.

    Args:
        request: what is asked.
        say: told of the progress.

    Raises:
        SpecInvalid: the spec is needed and has findings.
        InputError: there are no such files, environment or alerts.
        ServerUnavailable: the server did not answer.
    """
    given = inputs.read(
        request.root, request.paths, request.url, request.environment, request.alert
    )
    end = request.until or dt.datetime.now(dt.UTC)
    start = end - dt.timedelta(seconds=request.since.seconds)
    period = replaying.Period(start=start, end=end)
    found = asyncio.run(replay_rules(request, given, period, say))
    return Report(period=period, results=found, not_checked=given.not_checked)


async def replay_rules(
    request: Request,
    given: inputs.Inputs,
    period: replaying.Period,
    say: Callable[[str], None],
) -> tuple[results.Result, ...]:
    """Gives what rules that are read already would have done in a period.

    Raises:
        ServerUnavailable: the server did not answer.
    """
    paced = _paced(given, request.step_seconds)
    async with servers.open_client(_TIMEOUT_SECONDS) as client:
        server = prometheus.Prometheus(client, given.url)
        recordings = await recorded.find_unrecorded(server, paced.recordings, period)
        known = await _look(server, paced.alerts, recordings, period)
        replayed = replays.Replays(
            server=server,
            absent=known.absent,
            recordings=recordings,
            period=period,
            budget=replays.Budget(request.budget_seconds, time.monotonic),
            say=say,
        )
        if request.sweep:
            found = await _sweep(request, paced, replayed)
        else:
            found = await replayed.replay(paced.alerts)
        return tuple(map(known.complete, found, known.read))


def _paced(given: inputs.Inputs, step: float) -> inputs.Inputs:
    """Gives rules that are evaluated at most every `step` seconds."""

    def slow(rule: _Rule) -> _Rule:
        return replace(rule, interval=max(rule.interval, step))

    recordings = {
        name: tuple(map(slow, rules)) for name, rules in given.recordings.items()
    }
    return replace(given, alerts=tuple(map(slow, given.alerts)), recordings=recordings)


async def _sweep(
    request: Request, given: inputs.Inputs, replayed: replays.Replays
) -> tuple[results.Result, ...]:
    try:
        truth = await replayed.budget.spend(
            truths.fetch(
                replayed.server, request.truth, replayed.recordings, replayed.period
            )
        )
    except restricting.NotReplayable as reason:
        unknown = f"when something was wrong is not known: {reason}"
        found = await replayed.replay(given.alerts)
        return tuple(replace(one, not_swept=unknown) for one in found)
    swept = await replayed.sweep(given.alerts, truth)
    return tuple(_with_change(request.root, given, one) for one in swept)


def _with_change(
    root: Path, given: inputs.Inputs, result: results.Result
) -> results.Result:
    advice = result.tuned.recommendation if result.tuned else None
    if advice is None:
        return result

    def read(file: str) -> str:
        return (root / file).read_text(encoding="utf-8")

    change = changes.propose(read, given, result.alert, advice.proposed.setting)
    return replace(result, change=change)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """Which metrics rules read, and what history has of them.

    Attributes:
        read: by each of the rules, in their order.
        absent: metrics without any sample that a rule could read.
        start: of the period, in Unix seconds.
    """

    read: Sequence[frozenset[str]]
    seen: Mapping[str, coverage.Coverage]
    absent: frozenset[str]
    start: float

    def complete(
        self, result: results.Result, metrics: frozenset[str]
    ) -> results.Result:
        """Gives a result with what history does not have of the metrics it reads."""
        latest = max(
            (self.seen[one].first or self.start for one in metrics), default=self.start
        )
        return replace(
            result,
            unseen=tuple(sorted(metrics & self.absent)),
            begins=latest if latest > self.start else None,
        )


async def _look(
    server: prometheus.Prometheus,
    alerts: Sequence[replaying.Alert],
    recordings: chains.Recordings,
    period: replaying.Period,
) -> _Known:
    trees = [_computed(one, recordings) for one in alerts]
    read = [coverage.metrics_of(tree) for tree in trees]
    start, end = period.start.timestamp(), period.end.timestamp()
    seen = await coverage.measure(server, frozenset().union(*read), start, end)
    reach = max(map(coverage.reach_seconds, trees), default=0.0)
    return _Known(
        read=read,
        seen=seen,
        absent=await coverage.find_absent(server, seen, start - reach, end),
        start=start,
    )


def _computed(alert: replaying.Alert, recordings: chains.Recordings) -> ast.Expression:
    try:
        return chains.inline(alert.expression, recordings)
    except restricting.NotReplayable:
        return alert.expression
