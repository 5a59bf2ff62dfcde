"""How an objective stands at one time, and what the budget policy makes of it."""

import datetime as dt
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sightline.model import budgets, names, slos, units

__all__ = [
    "Counts",
    "Gate",
    "Measured",
    "Month",
    "Standing",
    "has_blocked",
    "has_unmeasured",
    "judge",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Bad events out of valid ones."""

    bad: float
    total: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """This calendar month in the objective's zone; `None` where nothing was counted."""

    events: Counts | None
    error_ratio: float | None
    coverage: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What Prometheus says about one objective; `None` is no series.

    Attributes:
        error_ratio: over the rolling period.
        ratios: by window, those of the burn tiers.
        recent: the events of the forecast's window.
        events_per_period: valid events in a whole period, at the traffic measured.
        samples_per_evaluation: what the period's ratio reads each time.
        samples_per_second: what all of the objective's rules read.
    """

    error_ratio: float | None
    budget_remaining: float | None
    coverage: float | None
    ratios: Mapping[units.Duration, float | None]
    month: Month
    recent: Counts | None
    events_per_period: float | None
    samples_per_evaluation: int
    samples_per_second: float


class Gate(enum.Enum):
    """What the policy says to a release."""

    OPEN = "open"
    OVERRIDDEN = "overridden"
    BLOCKED = "blocked"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One objective, what was measured of it, and what follows.

    Attributes:
        aliases: the other names it goes by.
        burn: by window, how many times faster than allowed the budget is spent.
        verdict: whether its traffic can tell it from chance; `None` without events.
        state: the policy's state; `None` when nothing was measured.
        override: what lets a release pass although the state blocks it.
    """

    objective: slos.Objective
    aliases: tuple[names.SloName, ...]
    measured: Measured
    burn: Mapping[units.Duration, float | None]
    verdict: budgets.Verdict | None
    forecast: budgets.Forecast | None
    state: slos.PolicyState | None
    override: slos.PolicyOverride | None
    gate: Gate

    @property
    def is_measured(self) -> bool:
        """Whether enough of the period was measured to say anything."""
        coverage = self.measured.coverage
        return coverage is not None and coverage >= budgets.COVERAGE_NEEDED


def judge(
    objective: slos.Objective,
    measured: Measured,
    levels: slos.ServiceLevels,
    at: dt.datetime,
) -> Standing:
    """Gives how an objective stands under the policy of `levels` at a time."""
    left = measured.budget_remaining
    state = None if left is None else levels.policy.state_at(left)
    override = _find_override(objective, levels.policy, at)
    return Standing(
        objective=objective,
        aliases=tuple(
            alias.name for alias in levels.aliases if alias.of == objective.name
        ),
        measured=measured,
        burn={
            window: None
            if ratio is None
            else budgets.burn_rate(ratio, objective.target)
            for window, ratio in measured.ratios.items()
        },
        verdict=None
        if measured.events_per_period is None
        else budgets.judge_volume(measured.events_per_period, objective.target),
        forecast=_forecast(objective, measured),
        state=state,
        override=override,
        gate=_gate(objective, measured, state, override),
    )


def has_blocked(standings: Iterable[Standing]) -> bool:
    """Whether a budget is in a state that blocks releases, without an override."""
    return any(standing.gate is Gate.BLOCKED for standing in standings)


def has_unmeasured(standings: Iterable[Standing]) -> bool:
    """Whether the gate cannot judge an objective, for want of measurements."""
    return any(standing.gate is Gate.NOT_MEASURED for standing in standings)


def _find_override(
    objective: slos.Objective, policy: slos.BudgetPolicy, at: dt.datetime
) -> slos.PolicyOverride | None:
    for override in policy.overrides:
        if override.slo == objective.name and at < override.expires:
            return override
    return None


def _forecast(objective: slos.Objective, measured: Measured) -> budgets.Forecast | None:
    if measured.recent is None or measured.budget_remaining is None:
        return None
    return budgets.exhaust_within(
        measured.budget_remaining,
        measured.recent.bad,
        measured.recent.total,
        objective,
    )


def _gate(
    objective: slos.Objective,
    measured: Measured,
    state: slos.PolicyState | None,
    override: slos.PolicyOverride | None,
) -> Gate:
    """Gives the gate; a budget that is known to be spent blocks at any coverage."""
    if objective.reported_only:
        return Gate.OPEN
    if state is not None and state.blocks_releases:
        return Gate.BLOCKED if override is None else Gate.OVERRIDDEN
    is_known = (measured.coverage or 0.0) >= budgets.COVERAGE_NEEDED
    return Gate.OPEN if state is not None and is_known else Gate.NOT_MEASURED
