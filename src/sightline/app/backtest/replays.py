"""Rules replayed a few at a time; those that measure the same share one question."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from sightline import errors
from sightline.app.backtest import results
from sightline.clients import prometheus
from sightline.model import units
from sightline.promql import ast, printing
from sightline.review.backtest import (
    chains,
    fetching,
    replaying,
    restricting,
    scoring,
    sweeping,
    timelines,
    tuning,
)

__all__ = ["Budget", "Replays"]

_AT_ONCE: Final = 4
_SHARE_OF_ONE: Final = 1 / 4
"""Of the budget: what one question may take before it is given up."""

_Place = tuple[int, sweeping.Question]
"""A question, and which of the alerts it is asked for."""

_Given = TypeVar("_Given")
_Answer = TypeVar("_Answer")


class Budget:
    """How long a server may take for all questions together.

    Args:
        seconds: `None` is as long as it takes.
        clock: gives seconds, such as `time.monotonic`.
    """

    def __init__(self, seconds: float | None, clock: Callable[[], float]) -> None:
        self._of_one = math.inf if seconds is None else seconds * _SHARE_OF_ONE
        self._clock = clock
        self._end = math.inf if seconds is None else clock() + seconds

    async def spend(self, answer: Awaitable[_Answer]) -> _Answer:
        """Gives the answer, if it comes before the budget is spent.

        Raises:
            NotReplayable: it does not.
        """
        seconds = max(min(self._of_one, self._end - self._clock()), 0.0)
        try:
            async with asyncio.timeout(None if math.isinf(seconds) else seconds):
                return await answer
        except TimeoutError:
            raise restricting.NotReplayable(
                f"too costly: the server gave no answer in {_written(seconds)}"
            ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replays:
    """Rules on the same history.

    Attributes:
        absent: metrics that this history has no sample of.
        recordings: the recording rules whose series it has no history of.
        say: told of the progress.
    """

    server: prometheus.Prometheus
    absent: frozenset[str]
    recordings: chains.Recordings
    period: replaying.Period
    budget: Budget
    say: Callable[[str], None]

    async def replay(
        self, alerts: Sequence[replaying.Alert]
    ) -> tuple[results.Result, ...]:
        """Gives what alerts would have done."""
        return await _a_few_at_a_time(self._replay, alerts)

    async def sweep(
        self, alerts: Sequence[replaying.Alert], truth: scoring.Truth
    ) -> tuple[results.Result, ...]:
        """Gives what alerts would have done, with other settings too.

        Args:
            alerts: those that measure the same are answered by one question.
            truth: when something was truly wrong, by service.
        """
        found: dict[int, results.Result] = {}
        alike: dict[tuple[str, timelines.Grid], list[_Place]] = {}
        others: list[tuple[int, str]] = []
        for place, alert in enumerate(alerts):
            try:
                one = sweeping.ask(alert, self.recordings, self.period)
            except restricting.NotReplayable as reason:
                others.append((place, str(reason)))
            else:
                alike.setdefault((one.expr, one.grid), []).append((place, one))

        async def tune(together: Sequence[_Place]) -> None:
            places = [place for place, _ in together]
            tuned = await self._tune_all([one for _, one in together], truth)
            found.update(zip(places, tuned, strict=True))

        async def only_replay(other: tuple[int, str]) -> None:
            place, reason = other
            result = await self._replay(alerts[place])
            found[place] = replace(result, not_swept=reason)

        await _a_few_at_a_time(tune, list(alike.values()))
        await _a_few_at_a_time(only_replay, others)
        return tuple(found[place] for place in range(len(alerts)))

    async def _replay(self, alert: replaying.Alert) -> results.Result:
        try:
            expression = chains.inline(alert.expression, self.recordings)
            grid = replaying.evaluations(alert, self.period)
            series = await self._fetch(replaying.presence(expression), grid)
            episodes = replaying.episodes_in(alert, series, grid, self.period)
        except (restricting.NotReplayable, errors.ServerUnavailable) as reason:
            return results.Result(alert=alert, not_replayed=str(reason))
        self.say(f"replayed {alert.name}")
        return results.Result(alert=alert, episodes=episodes)

    async def _tune_all(
        self, asked: Sequence[sweeping.Question], truth: scoring.Truth
    ) -> list[results.Result]:
        first = asked[0]
        try:
            series = await self._fetch(first.condition.measured, first.grid)
        except (restricting.NotReplayable, errors.ServerUnavailable) as reason:
            return [
                results.Result(alert=one.alert, not_replayed=str(reason))
                for one in asked
            ]
        return [self._tune(one.answered(series), truth) for one in asked]

    def _tune(self, history: sweeping.History, truth: scoring.Truth) -> results.Result:
        alert = history.alert
        try:
            episodes = replaying.episodes_in(
                alert, sweeping.present_results(history), history.grid, self.period
            )
        except restricting.NotReplayable as reason:
            return results.Result(alert=alert, not_replayed=str(reason))
        start, end = self.period.start.timestamp(), self.period.end.timestamp()
        tuned = tuning.recommend(history, truth, start, end)
        self.say(f"tried {len(tuned.trials)} settings of {alert.name}")
        return results.Result(alert=alert, episodes=episodes, tuned=tuned)

    async def _fetch(
        self, expression: ast.Expression, grid: timelines.Grid
    ) -> tuple[timelines.Timeline, ...]:
        if restricting.selects_nothing(expression, self._is_absent):
            return ()
        expr = printing.render(expression)
        return await self.budget.spend(fetching.fetch(self.server, expr, grid))

    def _is_absent(self, selector: ast.VectorSelector) -> bool:
        return selector.metric in self.absent


def _written(seconds: float) -> str:
    return str(units.Duration.of_seconds(round(seconds, 3)))


async def _a_few_at_a_time(
    do: Callable[[_Given], Awaitable[_Answer]], given: Sequence[_Given]
) -> tuple[_Answer, ...]:
    """Gives what `do` makes of each, in their order."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def in_turn(one: _Given) -> _Answer:
        async with turns:
            return await do(one)

    return tuple(await asyncio.gather(*map(in_turn, given)))
