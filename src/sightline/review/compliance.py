"""What became of an objective's budget in a period, and which incidents spent it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sightline.review.backtest import states, timelines

__all__ = ["STEP_SECONDS", "Incident", "Ledger", "settle"]

STEP_SECONDS: Final = 300.0
"""The recorded rates look back five minutes: closer steps say nothing more."""

_DAY_SECONDS: Final = 86_400.0
_APART_STEPS: Final = 6
"""Half an hour without a bad stretch ends an incident."""

_SMALLEST_SHARE: Final = 0.01
"""Incidents that spent less of the budget are counted together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A stretch in which the budget was spent faster than it may be.

    Attributes:
        start: in Unix seconds.
        end: in Unix seconds.
        bad: events that were bad.
        share: of the whole period's budget; 1 is all of it.
    """

    start: float
    end: float
    bad: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """An objective's budget over a period.

    Attributes:
        total: valid events.
        bad: those that were bad.
        budget: bad events that the target allows for that many.
        incidents: those that spent one per cent of it or more, costliest first.
        coverage: the share of the period in which events were measured, 0..1.
        left_by_day: Unix seconds, and the share of the budget that was left then.
    """

    total: float
    bad: float
    budget: float
    incidents: Sequence[Incident]
    coverage: float
    left_by_day: Sequence[tuple[float, float]] = ()

    @property
    def error_ratio(self) -> float | None:
        """The share of events that were bad; `None` without events."""
        return self.bad / self.total if self.total else None

    @property
    def spent(self) -> float | None:
        """The share of the budget that is spent; `None` without events."""
        return self.bad / self.budget if self.budget else None

    @property
    def unexplained(self) -> float:
        """The share of the budget that no listed incident spent."""
        return (self.spent or 0.0) - sum(one.share for one in self.incidents)


def settle(
    grid: timelines.Grid,
    bad_rates: timelines.Numbers,
    total_rates: timelines.Numbers,
    budget_ratio: float,
) -> Ledger:
    """Gives the ledger of a period.

    Args:
        grid: the times of the rates; every step counts for its whole length.
        bad_rates: bad events per second.
        total_rates: valid events per second; NaN where nothing was measured.
        budget_ratio: the share of events that may be bad, above 0.
    """
    measured = np.isfinite(total_rates)
    total = np.where(measured, total_rates, 0.0) * grid.step
    bad = np.where(measured & np.isfinite(bad_rates), bad_rates, 0.0) * grid.step
    budget = budget_ratio * float(total.sum())
    incidents = sorted(
        _incidents(grid, bad, total, budget_ratio, budget),
        key=lambda one: -one.share,
    )
    return Ledger(
        total=float(total.sum()),
        bad=float(bad.sum()),
        budget=budget,
        incidents=[one for one in incidents if one.share >= _SMALLEST_SHARE],
        coverage=float(measured.mean()) if grid.count else 0.0,
        left_by_day=tuple(_left_by_day(grid, bad, budget)),
    )


def _left_by_day(
    grid: timelines.Grid, bad: timelines.Numbers, budget: float
) -> Iterator[tuple[float, float]]:
    """Gives what was left at the end of each day, of the whole period's budget."""
    if not budget:
        return
    left = 1 - np.cumsum(bad) / budget
    a_day = round(_DAY_SECONDS / grid.step)
    for at in range(a_day - 1, grid.count, a_day):
        yield grid.time_of(at), float(left[at])


def _incidents(
    grid: timelines.Grid,
    bad: timelines.Numbers,
    total: timelines.Numbers,
    budget_ratio: float,
    budget: float,
) -> Iterator[Incident]:
    if not budget:
        return
    burning = states.Timing(keep_firing=_APART_STEPS * grid.step)
    spans = states.firing_spans(
        states.true_spans(bad > budget_ratio * total), burning, grid
    )
    for begin, end in zip(spans.begins.tolist(), spans.ends.tolist(), strict=True):
        last = max(begin + 1, end - _APART_STEPS)
        spent = float(bad[begin:last].sum())
        yield Incident(
            start=grid.time_of(begin),
            end=grid.time_of(last),
            bad=spent,
            share=spent / budget,
        )
