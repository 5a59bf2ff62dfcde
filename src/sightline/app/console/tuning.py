"""One alert's limit and duration against its own history: a study for the page Tune.

The measured side is fetched once; every limit and duration is tried on it here, so
that whoever looks needs no further question.
"""

import asyncio
import dataclasses
import datetime as dt
import math
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from sightline import errors
from sightline.app.backtest import changes, inputs, recorded, truths
from sightline.clients import prometheus
from sightline.model import environments, findings, monitoring, signals, units
from sightline.promql import printing
from sightline.review.backtest import (
    chains,
    conditions,
    coverage,
    fetching,
    replaying,
    restricting,
    scoring,
    sweeping,
    tuning,
)

__all__ = [
    "Incident",
    "Outcome",
    "Progress",
    "Study",
    "Tunable",
    "Tunables",
    "find_tunables",
    "propose_change",
    "study",
]

_MOST_EVALUATIONS: Final = 45_000
"""A month of minutes."""

_MOST_SAMPLES: Final = 1_000_000
_STEPS: Final = (1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 180.0, 300.0, 600.0, 900.0)
_TRUTH_STEP: Final = 60.0
_LOOKS: Final = 200
_BUCKETS: Final = 400
_LIMITS: Final = 50
_MOST_INCIDENTS: Final = 100
"""So many of the newest are listed and drawn; the counts are of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tunable:
    """An alert of the spec that one number decides.

    Attributes:
        title, unit: of the signal that declares it.
    """

    alert: replaying.Alert
    condition: conditions.Condition
    title: str
    unit: units.Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Tunables:
    """Every alert that can be tuned, by name, and what they were read from."""

    given: inputs.Inputs
    alerts: Mapping[str, Tunable]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What is being done, as step `step` of `of`."""

    words: str
    step: int
    of: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A time in which something was truly wrong, in Unix seconds."""

    service: str
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one setting would have done.

    Attributes:
        caught: a character for each listed incident: `1` where the alert told of it.
        delay: the median until it did, in seconds.
    """

    episodes: int
    right: int
    found: int
    delay: float | None
    caught: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What every limit and duration would have done over a period, in Unix seconds.

    Attributes:
        is_below: whether the alert fires below its limit, instead of above.
        step: seconds between two evaluations that were looked at.
        interval: seconds between two of the rule itself.
        limits: in order, and as people write them in `limit_words`.
        holds: durations in seconds, in order.
        present: the places of the rule's own setting in `limits` and `holds`.
        outcomes: of each limit, of each duration.
        incidents: the newest of them; `incident_count` counts all.
        curve: the most extreme number of any series, in equal parts of the period;
            `None` where nothing was measured.
        advice: the places of a better setting.
        reason: why there is none.
        is_guarded: whether what the alert asks for besides has a history; without one
            the limit was tried alone.
        is_truth_known: whether the server could say when something was wrong.
    """

    alert: str
    title: str
    is_below: bool
    start: float
    end: float
    step: float
    interval: float
    limits: Sequence[float]
    limit_words: Sequence[str]
    holds: Sequence[float]
    present: tuple[int, int]
    outcomes: Sequence[Sequence[Outcome]]
    incidents: Sequence[Incident]
    incident_count: int
    curve: Sequence[float | None]
    advice: tuple[int, int] | None
    reason: str
    is_guarded: bool = True
    is_truth_known: bool = True


def find_tunables(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> Tunables:
    """Gives the alerts whose level has a number as its limit.

    A level that becomes several rules has several limits, and one that looks whether
    something is there at all has none to choose.
    """
    given = inputs.of_environment(declared, environment)
    rules = Counter(one.name for one in given.alerts)
    declaring: Mapping[str, signals.Signal] = {
        level.alert: signal
        for signal in declared.signals.values()
        for level in signal.levels
        if signal.unit is not units.Unit.BOOLEAN and not level.heartbeat
    }
    found: dict[str, Tunable] = {}
    for alert in sorted(given.alerts, key=lambda one: one.name):
        signal = declaring.get(alert.name)
        if signal is None or rules[alert.name] > 1:
            continue
        try:
            condition = conditions.split(alert.expression)
        except restricting.NotReplayable:
            continue
        found[alert.name] = Tunable(
            alert=alert, condition=condition, title=signal.title, unit=signal.unit
        )
    return Tunables(given=given, alerts=found)


async def study(
    server: prometheus.Prometheus,
    chosen: Tunable,
    recordings: chains.Recordings,
    period: replaying.Period,
) -> AsyncIterator[Progress | Study]:
    """Gives what is being done, and the study last.

    Args:
        server: has the history.
        chosen: the alert.
        recordings: every recording rule of the spec.
        period: what is looked at.

    Raises:
        InputError: history cannot say, or it would take too much of it.
        ServerUnavailable: the server did not answer, or refuses the expression.
    """
    try:
        async for one in _study(server, chosen, recordings, period):
            yield one
    except restricting.NotReplayable as reason:
        raise errors.InputError(f"{chosen.alert.name}: {reason}") from reason


async def _study(
    server: prometheus.Prometheus,
    chosen: Tunable,
    recordings: chains.Recordings,
    period: replaying.Period,
) -> AsyncIterator[Progress | Study]:
    yield Progress(words="looking for what was recorded", step=1)
    unrecorded = await recorded.find_unrecorded(server, recordings, period)
    step = await _find_step(server, chosen, unrecorded, period)
    yield Progress(words="reading what the alert measures", step=2)
    alert = dataclasses.replace(chosen.alert, interval=step)
    history = await _fetch_history(server, alert, unrecorded, period)
    bare = conditions.without_guards(alert.expression)
    is_guarded = bool(history.series) or bare == alert.expression
    if not is_guarded:
        alert = dataclasses.replace(alert, expression=bare)
        history = await _fetch_history(server, alert, unrecorded, period)
    if not history.series:
        raise restricting.NotReplayable("nothing was measured in this time")
    yield Progress(words="looking for incidents", step=3)
    truth, is_truth_known = await _find_truth(server, unrecorded, period, step)
    yield Progress(words="trying every limit and duration", step=4)
    start, end = period.start.timestamp(), period.end.timestamp()
    tuned = await asyncio.to_thread(
        tuning.recommend, history, truth, start, end, _spread(history)
    )
    windows = sweeping.windows(history, truth, start, end)
    described = _describe(chosen, history, tuned, windows, (start, end))
    yield dataclasses.replace(
        described, is_guarded=is_guarded, is_truth_known=is_truth_known
    )


async def _fetch_history(
    server: prometheus.Prometheus,
    alert: replaying.Alert,
    recordings: chains.Recordings,
    period: replaying.Period,
) -> sweeping.History:
    question = sweeping.ask(alert, recordings, period)
    return question.answered(await fetching.fetch(server, question.expr, question.grid))


async def _find_truth(
    server: prometheus.Prometheus,
    unrecorded: chains.Recordings,
    period: replaying.Period,
    step: float,
) -> tuple[scoring.Truth, bool]:
    """Gives when something was wrong, and whether that could be said at all.

    What was recorded for a part of the period is taken as it is: to compute months of
    objectives anew takes a server minutes.
    """
    start, end = period.start.timestamp(), period.end.timestamp()
    seen = await coverage.measure(server, unrecorded, start, end)
    absent = {name: one for name, one in unrecorded.items() if seen[name].first is None}
    try:
        fetched = await truths.fetch(
            server, None, absent, period, max(step, _TRUTH_STEP)
        )
    except errors.ServerUnavailable:
        return {}, False
    return fetched, True


async def _find_step(
    server: prometheus.Prometheus,
    chosen: Tunable,
    recordings: chains.Recordings,
    period: replaying.Period,
) -> float:
    """Gives the seconds between two evaluations that keep the answer bounded."""
    length = period.end - period.start
    split = conditions.split(chains.inline(chosen.alert.expression, recordings))
    counted = await server.query_range(
        f"count({printing.render(split.measured)})",
        period.start,
        period.end,
        length / _LOOKS,
    )
    series = max((count for one in counted for _, count in one.points), default=1.0)
    evaluations = min(_MOST_EVALUATIONS, _MOST_SAMPLES / series)
    shortest = max(chosen.alert.interval, length.total_seconds() / evaluations)
    if shortest <= chosen.alert.interval:
        return chosen.alert.interval
    for step in _STEPS:
        if step >= shortest:
            return step
    raise restricting.NotReplayable(
        f"it has {series:.0f} series; {length / dt.timedelta(days=1):.0f} days of them "
        "are too much to try out here: look at a shorter time"
    )


def _describe(
    chosen: Tunable,
    history: sweeping.History,
    tuned: tuning.Tuning,
    windows: Sequence[tuple[str, float, float]],
    bounds: tuple[float, float],
) -> Study:
    limits = sorted({one.setting.limit for one in tuned.trials})
    holds = sorted({one.setting.hold for one in tuned.trials})
    newest = sorted(
        range(len(windows)), key=lambda place: windows[place][1], reverse=True
    )[:_MOST_INCIDENTS]
    by_setting = {one.setting: one for one in tuned.trials}

    def place(setting: sweeping.Setting) -> tuple[int, int]:
        return limits.index(setting.limit), holds.index(setting.hold)

    advice = tuned.recommendation
    present = sweeping.Setting(
        limit=history.condition.limit, hold=chosen.alert.timing.hold
    )
    return Study(
        alert=chosen.alert.name,
        title=chosen.title,
        is_below=_is_below(chosen.condition),
        start=bounds[0],
        end=bounds[1],
        step=history.grid.step,
        interval=chosen.alert.interval,
        limits=limits,
        limit_words=[changes.write_limit(one, chosen.unit) for one in limits],
        holds=holds,
        present=place(present),
        outcomes=[
            [
                _outcome(by_setting[sweeping.Setting(limit=limit, hold=hold)], newest)
                for hold in holds
            ]
            for limit in limits
        ],
        incidents=[
            Incident(service=service, start=start, end=end)
            for service, start, end in (windows[one] for one in newest)
        ],
        incident_count=len(windows),
        curve=_draw(history, bounds),
        advice=None if advice is None else place(advice.proposed.setting),
        reason=tuned.reason,
    )


def _spread(history: sweeping.History) -> Sequence[float]:
    """Gives the limits of the slider, from usual numbers to those nearest to firing.

    They are as far from one another as people would tell them apart; most numbers are
    alike, so that quantiles would be too.
    """
    measured = np.concatenate([one.numbers for one in history.series])
    measured = measured[np.isfinite(measured)]
    present = history.condition.limit
    if not measured.size:
        return (present,)
    usual = float(np.median(measured))
    far = float(measured.min() if _is_below(history.condition) else measured.max())
    low, _, high = sorted((usual, far, present))
    spaced = np.geomspace if low > 0 else np.linspace
    tried = {float(f"{one:.2g}") for one in spaced(low, high, _LIMITS).tolist()}
    return sorted({present, *tried})


def _is_below(condition: conditions.Condition) -> bool:
    return condition.operator.value.startswith("<")


def _outcome(trial: sweeping.Trial, listed: Sequence[int]) -> Outcome:
    delays = trial.score.delays
    return Outcome(
        episodes=trial.score.episodes,
        right=trial.score.right,
        found=trial.score.found,
        delay=trial.score.delay_seconds,
        caught="".join("0" if delays[one] is None else "1" for one in listed),
    )


def _draw(
    history: sweeping.History, bounds: tuple[float, float]
) -> Sequence[float | None]:
    """Gives the numbers nearest to firing, one for each part of the period."""
    grid = history.grid
    extreme = np.fmin if _is_below(history.condition) else np.fmax
    first, last = (max(grid.index_of(one), 0) for one in bounds)
    numbers = extreme.reduce([one.numbers for one in history.series])[first : last + 1]
    parts = np.array_split(numbers, min(_BUCKETS, max(numbers.size, 1)))
    drawn = [float(extreme.reduce(part)) if part.size else math.nan for part in parts]
    return [one if math.isfinite(one) else None for one in drawn]


def propose_change(
    root: Path, tunables: Tunables, name: str, limit: float, hold: float
) -> str:
    """Gives the diff of the spec that makes a setting the alert's own.

    Args:
        root: of the project.
        tunables: what the spec declares.
        name: of the alert.
        limit: in the base unit of its signal.
        hold: in seconds.

    Returns:
        The diff; empty when the setting is the alert's own already.

    Raises:
        InputError: no single level of the spec declares its limit.
    """

    def read(file: str) -> str:
        return (root / file).read_text(encoding="utf-8")

    setting = sweeping.Setting(limit=limit, hold=hold)
    alert = tunables.alerts[name].alert
    match changes.propose(read, tunables.given, alert, setting):
        case findings.NotChecked(reason=reason):
            raise errors.InputError(f"{name}: {reason}")
        case diff:
            return diff
