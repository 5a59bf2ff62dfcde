"""Other limits and durations for one rule, without asking the server again."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sightline.promql import printing
from sightline.review.backtest import (
    chains,
    conditions,
    replaying,
    scoring,
    states,
    timelines,
)

__all__ = [
    "DURATIONS",
    "History",
    "Question",
    "Setting",
    "Trial",
    "ask",
    "present_results",
    "propose",
    "service_of",
    "try_all",
    "windows",
]

DURATIONS: Final = (0.0, 30.0, 60.0, 120.0, 180.0, 300.0, 600.0, 900.0, 1800.0, 3600.0)
"""Ten values of `for` that people use, in seconds."""

_LIMITS: Final = 50
_QUANTILES: Final = (0.5, 0.999)
"""Limits below the median fire half of the time; above this, never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What an alert compares with its limit, over a period."""

    alert: replaying.Alert
    condition: conditions.Condition
    grid: timelines.Grid
    series: tuple[timelines.Timeline, ...]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Setting:
    """A limit, and how long it must be exceeded, in seconds."""

    limit: float
    hold: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What the alert would have done with a setting."""

    setting: Setting
    score: scoring.Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What must be asked to try other settings of an alert.

    Attributes:
        expr: the measured side, as text: alerts that share it share the answer.
    """

    alert: replaying.Alert
    condition: conditions.Condition
    grid: timelines.Grid
    expr: str

    def answered(self, series: tuple[timelines.Timeline, ...]) -> History:
        """Gives the history that `series`, the answer, is."""
        return History(
            alert=self.alert, condition=self.condition, grid=self.grid, series=series
        )


def ask(
    alert: replaying.Alert, recordings: chains.Recordings, period: replaying.Period
) -> Question:
    """Gives the question for the measured side of an alert's condition.

    Raises:
        NotReplayable: the condition has no single limit, or cannot be computed.
    """
    condition = conditions.split(chains.inline(alert.expression, recordings))
    longest = replace(alert, timing=replace(alert.timing, hold=max(DURATIONS)))
    return Question(
        alert=alert,
        condition=condition,
        grid=replaying.evaluations(longest, period),
        expr=printing.render(condition.measured),
    )


def present_results(history: History) -> Iterator[timelines.Timeline]:
    """Gives the results of the alert's own condition, as if they had been asked for."""
    for one in history.series:
        holds = history.condition.holds(one.numbers, history.condition.limit)
        yield replace(one, numbers=np.where(holds, one.numbers, np.nan))


def propose(history: History) -> tuple[float, ...]:
    """Gives limits worth trying: the present one, and those that the numbers reach."""
    present = history.condition.limit
    numbers = [one.numbers[np.isfinite(one.numbers)] for one in history.series]
    measured = np.concatenate(numbers) if numbers else np.empty(0)
    if not measured.size:
        return (present,)
    low, high = _QUANTILES
    if history.condition.operator.value.startswith("<"):
        low, high = 1 - high, 1 - low
    tried = np.quantile(measured, np.linspace(low, high, _LIMITS - 1))
    return tuple(sorted({present, *(float(f"{one:.4g}") for one in tried.tolist())}))


def try_all(
    history: History,
    settings: Iterable[Setting],
    truth: scoring.Truth,
    start: float,
    end: float,
) -> tuple[Trial, ...]:
    """Gives what every setting would have done between two times in Unix seconds.

    Args:
        history: the measured side.
        settings: what to try; one limit after the other is quickest.
        truth: when something was truly wrong, by service.
        start: settings are judged from here,
        end: to here.
    """
    of = [_judge_of(service_of(history, one), truth) for one in history.series]
    trials: list[Trial] = []
    for limit, together in itertools.groupby(settings, lambda one: one.limit):
        active = [
            states.true_spans(history.condition.holds(one.numbers, limit))
            for one in history.series
        ]
        trials += (
            Trial(
                setting=setting,
                score=scoring.score(
                    _judged(history, of, active, setting.hold, truth), start, end
                ),
            )
            for setting in together
        )
    return tuple(trials)


def windows(
    history: History, truth: scoring.Truth, start: float, end: float
) -> tuple[tuple[str, float, float], ...]:
    """Gives the service, start and end of every window that scores are counted on.

    They are in the order of `Score.delays`.
    """
    judges = {_judge_of(service_of(history, one), truth) for one in history.series}
    counted = (
        (judge, truth[judge].beginning(start, end))
        for judge in sorted(judges)
        if judge in truth
    )
    return tuple(
        (judge, *window)
        for judge, wrong in counted
        for window in zip(wrong.starts.tolist(), wrong.ends.tolist(), strict=True)
    )


def service_of(history: History, series: timelines.Timeline) -> str:
    """Gives the service that an alert on this series tells of; `""` when of none."""
    return replaying.result_labels(history.alert, series.labels).get("service", "")


def _judge_of(service: str, truth: scoring.Truth) -> str:
    return service if service in truth else ""


def _judged(
    history: History,
    of: Sequence[str],
    active: Sequence[states.Spans],
    hold: float,
    truth: scoring.Truth,
) -> Iterator[tuple[scoring.Windows, scoring.Windows]]:
    for judge in sorted(set(of)):
        own = [one for one, key in zip(active, of, strict=True) if key == judge]
        wrong = truth.get(judge, scoring.Windows.of())
        yield _episodes(history, own, hold), wrong


def _episodes(
    history: History, active: Sequence[states.Spans], hold: float
) -> scoring.Windows:
    timing = replace(history.alert.timing, hold=hold)
    fired = [states.firing_spans(one, timing, history.grid) for one in active]
    nothing = np.empty(0, dtype=np.intp)
    together = states.Spans(
        begins=np.concatenate([nothing, *(one.begins for one in fired)]),
        ends=np.concatenate([nothing, *(one.ends for one in fired)]),
    )
    return scoring.Windows.at(together, history.grid)
