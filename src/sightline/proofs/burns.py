"""How soon burn-rate alerts fire, what that costs, and how often they do so falsely.

Times are computed minute by minute from the tiers' own conditions; the workbook's
figure beside them is `factor * window / burn rate`, which knows neither the traffic
nor the short window. https://sre.google/workbook/alerting-on-slos/

False pages are counted in a simulation with a seed: failures arrive independently at
half of what the budget allows, the number of events around each of them is Poisson,
and conditions are looked at when a failure arrives, the only time at which a burn
rate can rise.
"""

import bisect
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sightline.proofs import tiers

__all__ = [
    "BURN_RATES",
    "TRAFFICS",
    "Detection",
    "count_false_pages",
    "detect",
    "render_burns",
]

BURN_RATES: Final = (1.0, 2.0, 5.0, 14.4, 50.0, 100.0, 1000.0)
TRAFFICS: Final = (10.0, 100.0, 1_000.0, 10_000.0)
"""Events per hour."""

_PERIOD_SECONDS: Final = 30 * 86_400.0
_MINUTE: Final = 60.0
_MERGED_SECONDS: Final = 3_600.0
"""Pages closer together are one, as they are one incident to who is paged."""

_MOST_FAILURES: Final = 6_000
_YEARS_SECONDS: Final = 2 * 365 * 86_400.0
_NORMAL_FROM: Final = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """What happens at a steady burn rate.

    Attributes:
        seconds: from the begin to the page; `None` when it never comes.
        budget_spent: the share of the period's budget that is gone by then.
        workbook_seconds: the book's figure; `None` when the burn is below the factor.
    """

    burn_rate: float
    per_hour: float
    seconds: float | None
    budget_spent: float | None
    workbook_seconds: float | None


def detect(tier: tiers.Tier, burn_rate: float, per_hour: float) -> Detection | None:
    """Gives the detection of a burn; `None` where more than everything would fail."""
    if burn_rate * tier.budget > 1 + 1e-9:
        return None
    plain = (
        tier.factor * tier.long_seconds / burn_rate if burn_rate > tier.factor else None
    )
    minutes = math.ceil(tier.long_seconds / _MINUTE)
    events = per_hour * tier.long_seconds / 3_600
    for minute in range(1, minutes + 1):
        passed = minute * _MINUTE
        failures = burn_rate * tier.budget * per_hour * passed / 3_600
        share = min(passed / tier.short_seconds, 1.0)
        burning = burn_rate * min(passed / tier.long_seconds, share) > tier.factor
        # Before the first failure is due nobody can have noticed anything.
        if burning and failures >= 1 and _is_significant(tier, failures, events):
            return Detection(
                burn_rate=burn_rate,
                per_hour=per_hour,
                seconds=passed,
                budget_spent=burn_rate * passed / _PERIOD_SECONDS,
                workbook_seconds=plain,
            )
    return Detection(
        burn_rate=burn_rate,
        per_hour=per_hour,
        seconds=None,
        budget_spent=None,
        workbook_seconds=plain,
    )


def _is_significant(tier: tiers.Tier, failures: float, events: float) -> bool:
    if tier.significance is None:
        return True
    expected = math.sqrt(4 * events * tier.budget + 1)
    return math.sqrt(failures) + math.sqrt(failures + 1) - expected > tier.significance


def count_false_pages(
    paging: Sequence[tiers.Tier], per_hour: float, *, seed: int = 1
) -> float:
    """Gives the expected number of false pages in 30 days, of all tiers together."""
    chance = random.Random(seed)  # noqa: S311 - a simulation, repeatable by its seed
    budget = paging[0].budget
    rate = per_hour * budget / 2 / 3_600
    duration = min(_YEARS_SECONDS, _MOST_FAILURES / rate)
    times: list[float] = []
    now, pages, last = 0.0, 0, -math.inf
    while (now := now + chance.expovariate(rate)) < duration:
        times.append(now)
        if any(_pages(tier, times, per_hour, chance) for tier in paging):
            pages += now - last > _MERGED_SECONDS
            last = now
    return pages * _PERIOD_SECONDS / duration


def _pages(
    tier: tiers.Tier, times: Sequence[float], per_hour: float, chance: random.Random
) -> bool:
    now = times[-1]
    for length in (tier.short_seconds, tier.long_seconds):
        failures = len(times) - bisect.bisect_right(times, now - length)
        expected = per_hour * length / 3_600
        if failures <= tier.factor * tier.budget * expected * 0.5:
            return False  # far from it, whatever the events
        events = failures + _poisson(expected * (1 - tier.budget / 2), chance)
        if failures / events <= tier.factor * tier.budget:
            return False
        if length == tier.long_seconds and not _is_significant(tier, failures, events):
            return False
    return True


def _poisson(mean: float, chance: random.Random) -> int:
    """Gives a Poisson number, by the normal approximation where that is good."""
    if mean > _NORMAL_FROM:
        return max(round(chance.gauss(mean, math.sqrt(mean))), 0)
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def render_burns(found: Sequence[tiers.Tier]) -> Iterator[str]:
    """Writes the figures of objectives, those with the same tiers together."""
    by_slo: dict[str, list[tiers.Tier]] = {}
    for tier in found:
        by_slo.setdefault(tier.slo, []).append(tier)
    kinds: dict[tuple[tuple[float, ...], ...], list[str]] = {}
    for slo, its in by_slo.items():
        key = tuple(
            (one.budget, one.factor, one.long_seconds, one.significance or 0.0)
            for one in its
        )
        kinds.setdefault(key, []).append(slo)
    for slos in kinds.values():
        yield from _render_kind(by_slo[slos[0]], slos)


def _render_kind(its: Sequence[tiers.Tier], slos: Sequence[str]) -> Iterator[str]:
    yield f"objectives of {1 - its[0].budget:.4%}: {', '.join(slos)}"
    for rate in BURN_RATES:
        cells = [cell for per_hour in TRAFFICS if (cell := _cell(its, rate, per_hour))]
        if cells:
            yield f"  {rate:g}x burn: {'; '.join(cells)}"
    paging = [tier for tier in its if tier.is_page]
    if paging:
        counts = (
            f"{count_false_pages(paging, per_hour):.2f} at {per_hour:g}/h"
            for per_hour in TRAFFICS
        )
        yield f"  false pages in 30 d at half the budget: {', '.join(counts)}"


def _cell(its: Sequence[tiers.Tier], rate: float, per_hour: float) -> str:
    found = [one for tier in its if (one := detect(tier, rate, per_hour)) is not None]
    seen = [one for one in found if one.seconds is not None]
    if not found:
        return ""
    first = min(seen, key=lambda one: one.seconds or 0.0, default=None)
    if first is None or first.seconds is None or first.budget_spent is None:
        return f"{per_hour:g}/h never"
    book = min((one.workbook_seconds or math.inf for one in found), default=math.inf)
    beside = f", book {_write(book)}" if math.isfinite(book) else ""
    return (
        f"{per_hour:g}/h {_write(first.seconds)} "
        f"({first.budget_spent:.1%} spent{beside})"
    )


def _write(seconds: float) -> str:
    minutes = seconds / _MINUTE
    if minutes < 120:  # noqa: PLR2004 - two hours still read well in minutes
        return f"{minutes:.0f} min" if minutes >= 1 else "1 min"
    return f"{minutes / 60:.1f} h"
