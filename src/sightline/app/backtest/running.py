"""Replays alerting rules over history: a spec's own, or anyone's."""

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sightline import errors
from sightline.app.backtest import changes, inputs, recorded, truths
from sightline.clients import prometheus, servers
from sightline.model import findings, units
from sightline.review.backtest import (
    chains,
    coverage,
    replaying,
    restricting,
    scoring,
    sweeping,
    tuning,
)

__all__ = ["Report", "Request", "Result", "replay_rules", "run"]

_TIMEOUT_SECONDS: Final = 120.0


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one rule would have done.

    Attributes:
        not_replayed: why there are no episodes; empty when the rule was replayed.
        tuned: other settings, where they were asked for and there is one limit.
        not_swept: why there are none.
        unseen: metrics that the rule reads and history has no sample of.
        change: the recommendation as a diff of the file that declares the rule; why
            there is no diff; `None` without a recommendation.
        begins: when the history of the others begins, in Unix seconds; `None` when
            it covers the period.
    """

    alert: replaying.Alert
    episodes: tuple[replaying.Episode, ...] = ()
    not_replayed: str = ""
    tuned: tuning.Tuning | None = None
    not_swept: str = ""
    change: str | findings.NotChecked | None = None
    unseen: tuple[str, ...] = ()
    begins: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What every rule would have done over a period.

    Attributes:
        not_checked: rules and files that were not understood, and why.
    """

    period: replaying.Period
    results: tuple[Result, ...]
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
    results = asyncio.run(replay_rules(request, given, period, say))
    return Report(period=period, results=results, not_checked=given.not_checked)


async def replay_rules(
    request: Request,
    given: inputs.Inputs,
    period: replaying.Period,
    say: Callable[[str], None],
) -> tuple[Result, ...]:
    """Gives what rules that are read already would have done in a period.

    Raises:
        ServerUnavailable: the server did not answer.
    """
    async with servers.open_client(_TIMEOUT_SECONDS) as client:
        server = prometheus.Prometheus(client, given.url)
        recordings = await recorded.find_unrecorded(server, given.recordings, period)
        replays = _Replays(server, recordings, period, say)
        results = await asyncio.gather(*map(replays.replay, given.alerts))
        if request.sweep:
            truth = await truths.fetch(server, request.truth, recordings, period)
            swept = await asyncio.gather(
                *(replays.sweep(one, truth) for one in results)
            )
            results = [_with_change(request.root, given, one) for one in swept]
        return await _with_coverage(server, results, recordings, period)


def _with_change(root: Path, given: inputs.Inputs, result: Result) -> Result:
    advice = result.tuned.recommendation if result.tuned else None
    if advice is None:
        return result

    def read(file: str) -> str:
        return (root / file).read_text(encoding="utf-8")

    change = changes.propose(read, given, result.alert, advice.proposed.setting)
    return replace(result, change=change)


class _Replays:
    """Rules, one after the other, on the same history."""

    def __init__(
        self,
        server: prometheus.Prometheus,
        recordings: chains.Recordings,
        period: replaying.Period,
        say: Callable[[str], None],
    ) -> None:
        self._server = server
        self._recordings = recordings
        self._period = period
        self._say = say

    async def replay(self, alert: replaying.Alert) -> Result:
        try:
            episodes = await replaying.replay(
                self._server, alert, self._recordings, self._period
            )
        except (restricting.NotReplayable, errors.ServerUnavailable) as reason:
            return Result(alert=alert, not_replayed=str(reason))
        self._say(f"replayed {alert.name}")
        return Result(alert=alert, episodes=episodes)

    async def sweep(self, result: Result, truth: scoring.Truth) -> Result:
        alert = result.alert
        if result.not_replayed:
            return result
        try:
            history = await sweeping.fetch_history(
                self._server, alert, self._recordings, self._period
            )
        except (restricting.NotReplayable, errors.ServerUnavailable) as reason:
            return replace(result, not_swept=str(reason))
        tuned = tuning.recommend(
            history,
            truth,
            self._period.start.timestamp(),
            self._period.end.timestamp(),
        )
        self._say(f"tried {len(tuned.trials)} settings of {alert.name}")
        return replace(result, tuned=tuned)


async def _with_coverage(
    server: prometheus.Prometheus,
    results: Sequence[Result],
    recordings: chains.Recordings,
    period: replaying.Period,
) -> tuple[Result, ...]:
    """Gives the results with what history does not have of the metrics they read."""
    start, end = period.start.timestamp(), period.end.timestamp()
    read = [_metrics_of(one, recordings) for one in results]
    seen = await coverage.measure(server, frozenset().union(*read), start, end)
    return tuple(
        replace(
            result,
            unseen=tuple(sorted(one for one in metrics if seen[one].first is None)),
            begins=_begin({one: seen[one] for one in metrics}, start),
        )
        for result, metrics in zip(results, read, strict=True)
    )


def _metrics_of(result: Result, recordings: chains.Recordings) -> frozenset[str]:
    try:
        expression = chains.inline(result.alert.expression, recordings)
    except restricting.NotReplayable:
        return frozenset()
    return coverage.metrics_of(expression)


def _begin(seen: Mapping[str, coverage.Coverage], start: float) -> float | None:
    latest = max((one.first or start for one in seen.values()), default=start)
    return latest if latest > start else None
