"""Service level objectives: what is promised, how it is measured, and what follows.

Every objective counts events: a share of them must be good over a rolling period,
and over the calendar month of a named zone. The burn tiers are the table of the SRE
workbook, as data.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Self

from sightline.model import names, services, signals, spans, units

__all__ = [
    "ALERTS",
    "BURN_ALERT",
    "BURN_TIERS",
    "BURN_TIERS_SOURCE",
    "DEFAULT_POLICY",
    "PLATFORM",
    "STALLED_ALERT",
    "STALLED_PRIORITY",
    "UNMEASURED_ALERT",
    "UNMEASURED_PRIORITY",
    "Alias",
    "AvailabilitySli",
    "BudgetPolicy",
    "BurnTier",
    "Diagnostic",
    "Exemption",
    "GoodTotalSli",
    "LatencySli",
    "MaintenanceWindow",
    "Objective",
    "OneOff",
    "PolicyOverride",
    "PolicyState",
    "Schedule",
    "ServiceLevels",
    "Sli",
    "Target",
    "Weekly",
]

PLATFORM: Final = names.ServiceName("platform")
"""The `service` of objectives that speak of all services at once."""

BURN_ALERT: Final = names.AlertName("ErrorBudgetBurn")
STALLED_ALERT: Final = names.AlertName("SLIStalled")
UNMEASURED_ALERT: Final = names.AlertName("SLONotMeasured")
ALERTS: Final = (BURN_ALERT, STALLED_ALERT, UNMEASURED_ALERT)
"""The alerts that every objective has; their runbooks carry their names."""

STALLED_PRIORITY: Final = signals.Priority.P1
UNMEASURED_PRIORITY: Final = signals.Priority.P2

_PERCENT: Final = re.compile(r"\d+(?:\.\d+)?%")


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """The share of events that must be good, exactly as it was written.

    A decimal, because `1 - 0.9999` in binary is 0.00009999999999998899, and because
    a budget that is written into a rule must read like the target in the contract.

    Raises:
        ValueError: when the ratio does not lie strictly between 0 and 1.
    """

    ratio: Decimal

    def __post_init__(self) -> None:
        if not 0 < self.ratio < 1:
            raise ValueError(f"a target lies between 0% and 100%: {self.ratio}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads a percentage such as `99.95%`.

        Raises:
            ValueError: when `text` is no percentage between 0 and 100.
        """
        if not _PERCENT.fullmatch(text.strip()):
            raise ValueError(f"not a percentage such as 99.9%: {text!r}")
        return cls(Decimal(text.strip()[:-1]).scaleb(-2))

    @property
    def budget(self) -> Decimal:
        """The share of events that may be bad: `0.001` for `99.9%`."""
        return (1 - self.ratio).normalize()

    def __str__(self) -> str:
        """Writes the percentage without trailing zeros: `99.95%`."""
        return f"{(self.ratio * 100).normalize():f}%"


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilitySli:
    """Bad events out of all valid ones, each a selector of counters.

    `bad` selects a part of what `total` selects. No series of `bad` means that
    nothing failed, as long as `total` is there.
    """

    bad: str
    total: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodTotalSli:
    """Good events out of all valid ones, each a selector of counters.

    No series of `good` means that everything failed, as long as `total` is there.
    """

    good: str
    total: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencySli:
    """Requests that a histogram counted above a bound are bad.

    Attributes:
        histogram: the metric family, without `_bucket` or `_count`.
        matchers: label matchers without braces; empty selects every series.
        threshold_seconds: must be the upper bound of a bucket, to the digit.
    """

    histogram: names.MetricName
    matchers: str
    threshold_seconds: Decimal


Sli = AvailabilitySli | GoodTotalSli | LatencySli


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnTier:
    """One row of the burn-rate table: how fast, over which two windows, how urgent.

    Attributes:
        factor: budget is spent this many times faster than the period allows.
        long: the window that makes the alert mean something.
        short: the window that makes it end soon after the cause has ended.
        deviate: how many standard deviations above burn 1 the long window must lie,
            so that a handful of failures in thin traffic is not taken for a burn.
    """

    factor: Decimal
    long: units.Duration
    short: units.Duration
    priority: signals.Priority
    deviate: Decimal

    @property
    def name(self) -> str:
        """The `burn_tier` label: the long window."""
        return str(self.long)

    def is_reachable(self, target: Target) -> bool:
        """Whether even a total outage burns this fast: factor below 1/budget."""
        return self.factor * target.budget < 1


BURN_TIERS_SOURCE: Final = "https://sre.google/workbook/alerting-on-slos/"
"""Table 5-8 and the code below it: 2 %, 5 %, 10 % and 10 % of a 30-day budget."""

_HOUR: Final = 3_600_000

BURN_TIERS: Final = tuple(
    BurnTier(
        factor=Decimal(factor),
        long=units.Duration(hours * _HOUR),
        short=units.Duration(hours * _HOUR // 12),
        priority=priority,
        deviate=Decimal(deviate),
    )
    for factor, hours, priority, deviate in (
        ("14.4", 1, signals.Priority.P0, "2.5"),
        ("6", 6, signals.Priority.P1, "2.5"),
        ("3", 24, signals.Priority.P2, "2.0"),
        ("1", 72, signals.Priority.P3, "2.0"),
    )
)
"""From `BURN_TIERS_SOURCE`, fastest first; the deviates are explained in `budgets`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """One promise about one kind of event.

    Attributes:
        service: the `service` label; a declared service, or the whole platform.
        measured_at: the point of measurement in words: what a user may still suffer
            between there and the screen is not in the number.
        operation: the class of request that it speaks about, where it is only one.
        period: the rolling window that alerts and the budget use.
        zone: the IANA zone whose calendar months the contract counts.
        highest_priority: no burn alert is more urgent than this.
        reported_only: shown, never alerted (a median has no error budget to guard).
        counts_births: count what a series already had when it was first seen.
        depends_on: objectives whose bad events a user suffers here as well.
    """

    name: names.SloName
    title: str
    description: str
    service: names.ServiceName
    team: names.TeamName
    target: Target
    sli: Sli
    measured_at: str
    operation: services.OperationClass | None
    period: units.Duration
    zone: str
    highest_priority: signals.Priority
    reported_only: bool
    counts_births: bool
    depends_on: tuple[names.SloName, ...]
    span: spans.Span

    @property
    def tiers(self) -> tuple[BurnTier, ...]:
        """The tiers that can fire, fastest first; none when it is only reported."""
        if self.reported_only:
            return ()
        return tuple(tier for tier in BURN_TIERS if tier.is_reachable(self.target))

    def priority_of(self, tier: BurnTier) -> signals.Priority:
        """Gives the priority of a tier's alert: its own, or the highest allowed."""
        allowed = (tier.priority, self.highest_priority)
        return max(allowed, key=lambda priority: priority.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """Another name for an objective: one definition, one set of rules."""

    name: names.SloName
    title: str
    of: names.SloName
    span: spans.Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """A number that was called an objective and is none: watched by a signal."""

    name: names.SloName
    title: str
    signal: names.SignalName
    reason: str
    span: spans.Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """A service that has no objective, and why, until somebody looks again."""

    service: names.ServiceName
    reason: str
    owner: names.TeamName
    review_by: dt.date
    span: spans.Span


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOff:
    """Once, between two aware times."""

    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """Every week at the same local time, summer time included.

    Attributes:
        weekday: 0 is Monday, as in `datetime.date.weekday`.
        zone: an IANA zone.
    """

    weekday: int
    start: dt.time
    length: units.Duration
    zone: str


Schedule = OneOff | Weekly


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceWindow:
    """Planned work whose failures do not spend the budget of `services`.

    Attributes:
        mutes: the priorities of which nobody is told meanwhile.
    """

    name: str
    services: tuple[names.ServiceName, ...]
    schedule: Schedule
    reason: str
    owner: names.TeamName
    span: spans.Span
    mutes: tuple[signals.Priority, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyState:
    """What is done while no more than `at_most` of the budget is left.

    Attributes:
        at_most: the upper bound of the remaining budget, 0..1.
        blocks_releases: the deploy gate refuses.
    """

    name: str
    at_most: Decimal
    action: str
    blocks_releases: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyOverride:
    """Leave to release in spite of the gate, with a reason and an end."""

    slo: names.SloName
    reason: str
    owner: names.TeamName
    expires: dt.datetime
    span: spans.Span


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetPolicy:
    """The states of a budget, fullest first, and who may go on regardless."""

    states: tuple[PolicyState, ...]
    overrides: tuple[PolicyOverride, ...] = ()

    def state_at(self, remaining: float) -> PolicyState:
        """Gives the strictest state that holds for this share of budget left."""
        held = [state for state in self.states if remaining <= float(state.at_most)]
        return held[-1] if held else self.states[0]


DEFAULT_POLICY: Final = BudgetPolicy(
    states=(
        PolicyState(
            name="healthy",
            at_most=Decimal(1),
            action="release freely",
            blocks_releases=False,
        ),
        PolicyState(
            name="attention",
            at_most=Decimal("0.5"),
            action="name the cause in the weekly review",
            blocks_releases=False,
        ),
        PolicyState(
            name="restricted",
            at_most=Decimal("0.2"),
            action="release fixes and small changes only, one at a time",
            blocks_releases=False,
        ),
        PolicyState(
            name="exhausted",
            at_most=Decimal(0),
            action="release nothing but what wins budget back",
            blocks_releases=True,
        ),
    )
)
"""The states that hold where the spec says nothing else: 100, 50, 20 and 0 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevels:
    """Everything that a spec declares about its objectives, in its order."""

    objectives: Mapping[names.SloName, Objective] = field(default_factory=dict)
    aliases: tuple[Alias, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    maintenance: tuple[MaintenanceWindow, ...] = ()
    policy: BudgetPolicy = DEFAULT_POLICY

    def maintenance_of(
        self, service: names.ServiceName
    ) -> tuple[MaintenanceWindow, ...]:
        """Gives the windows that concern one service."""
        return tuple(w for w in self.maintenance if service in w.services)
