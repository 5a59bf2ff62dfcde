"""The arithmetic of error budgets: burn, what is left, until when, and how sure.

Pure functions of counts and ratios. The rules that Prometheus evaluates state the
same arithmetic in PromQL, and the tests hold the two against each other.
"""

import datetime as dt
import math
from dataclasses import dataclass
from decimal import Decimal

from sightline.model import slos, units

__all__ = [
    "COVERAGE_NEEDED",
    "Forecast",
    "Interval",
    "Verdict",
    "budget_remaining",
    "burn_rate",
    "events_for_one_failure",
    "events_to_page_on_one_failure",
    "exhaust_within",
    "freeman_tukey_deviate",
    "judge_volume",
    "wilson_interval",
]

COVERAGE_NEEDED = 0.95
"""Below this measured share of its period an objective counts as not measured."""

_CONFIDENT = 1.96
_COUNTABLE_FAILURES = 10


@dataclass(frozen=True, slots=True)
class Interval:
    """A range that holds the truth with the confidence it was asked for."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether an objective can be told from chance at its traffic.

    Attributes:
        events: valid events in the period.
        needed: the least number of events that allows one failure.
        allowed_failures: what the budget is worth, in events.
    """

    events: float
    needed: int
    allowed_failures: float

    @property
    def is_measurable(self) -> bool:
        """Whether the budget is worth at least one failure."""
        return self.events >= self.needed

    def __str__(self) -> str:
        """Says the verdict in a few words."""
        if not self.is_measurable:
            return f"no: one failure is too many below {self.needed:,} events"
        if self.allowed_failures < _COUNTABLE_FAILURES:
            return f"coarse: {self.allowed_failures:.1f} failures are allowed"
        return "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """When the budget is spent if the burn goes on as in the window that was read.

    `soonest` and `latest` are what the counts of that window cannot rule out;
    `None` is never.
    """

    soonest: dt.timedelta | None
    expected: dt.timedelta | None
    latest: dt.timedelta | None


def burn_rate(error_ratio: float, target: slos.Target) -> float:
    """Gives how many times faster than allowed the budget is being spent."""
    return error_ratio / float(target.budget)


def budget_remaining(error_ratio: float, target: slos.Target) -> float:
    """Gives the unspent share of the budget: 1 is untouched, below 0 overspent."""
    return 1 - burn_rate(error_ratio, target)


def events_for_one_failure(target: slos.Target) -> int:
    """Gives the least number of events of which one may fail: 1/budget."""
    return math.ceil(1 / target.budget)


def events_to_page_on_one_failure(target: slos.Target, factor: Decimal) -> float:
    """Gives the events in a window below which one failure alone burns at `factor`."""
    return float(1 / (factor * target.budget))


def judge_volume(events: float, target: slos.Target) -> Verdict:
    """Gives whether `events` in a period are enough to measure the objective."""
    return Verdict(
        events=events,
        needed=events_for_one_failure(target),
        allowed_failures=events * float(target.budget),
    )


def freeman_tukey_deviate(bad: float, total: float, budget: float) -> float:
    """Gives how far `bad` lies above what burn 1 explains, in standard deviations.

    The Freeman-Tukey deviate of a Poisson count with mean `total * budget`: close to
    normal even where the mean is far below one, and written with square roots only,
    so that PromQL can evaluate it. Size is judged by the burn factor; this judges
    whether the size is to be believed.

    M. F. Freeman and J. W. Tukey, Transformations Related to the Angular and the
    Square Root, https://doi.org/10.1214/aoms/1177729756
    """
    return math.sqrt(bad) + math.sqrt(bad + 1) - math.sqrt(4 * total * budget + 1)


def wilson_interval(bad: float, total: float, deviate: float = _CONFIDENT) -> Interval:
    """Gives the error ratios that `bad` out of `total` cannot rule out.

    E. B. Wilson, Probable Inference, the Law of Succession, and Statistical
    Inference, https://doi.org/10.1080/01621459.1927.10502953. No events rule
    nothing out.
    """
    if total <= 0:
        return Interval(0.0, 1.0)
    ratio = min(bad / total, 1.0)
    square = deviate * deviate
    center = ratio + square / (2 * total)
    spread = deviate * math.sqrt(
        ratio * (1 - ratio) / total + square / (4 * total * total)
    )
    scale = 1 + square / total
    # The bounds enclose the ratio by construction, but not to the last binary digit.
    return Interval(
        max(min((center - spread) / scale, ratio), 0.0),
        min(max((center + spread) / scale, ratio), 1.0),
    )


def exhaust_within(
    remaining: float, bad: float, total: float, objective: slos.Objective
) -> Forecast:
    """Gives the time until nothing is left, at the burn of one window.

    Args:
        remaining: the unspent share of the budget.
        bad: bad events in the window.
        total: valid events in the window.
        objective: whose target and period apply.
    """
    interval = wilson_interval(bad, total)
    ratio = bad / total if total > 0 else 0.0

    def _at(error_ratio: float) -> dt.timedelta | None:
        burn = burn_rate(error_ratio, objective.target)
        return _time_left(remaining, burn, objective.period)

    return Forecast(
        soonest=_at(interval.high), expected=_at(ratio), latest=_at(interval.low)
    )


def _time_left(
    remaining: float, burn: float, period: units.Duration
) -> dt.timedelta | None:
    if remaining <= 0:
        return dt.timedelta(0)
    # At burn 1 what leaves the rolling period makes up for what is spent.
    if burn <= 1:
        return None
    return dt.timedelta(seconds=remaining * period.seconds / burn)
