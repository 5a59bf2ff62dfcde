"""How fast an objective's budget burns: ratios over windows, and the alerts on them."""

from collections.abc import Iterable
from typing import Final

from sightline.compilers.slo import series, texts
from sightline.model import names, routing, rules, slos, units

__all__ = [
    "WINDOWS",
    "compile_burn_alerts",
    "compile_ratios",
    "compile_stalled",
    "inhibitions",
]

_RATE_WINDOW: Final = units.Duration.parse("5m")
_STALLED_FOR: Final = units.Duration.parse("10m")
_EXPECTED_EVENTS: Final = 30
_INTERVAL_SECONDS: Final = int(series.RULE_INTERVAL.seconds)

WINDOWS: Final = tuple(
    sorted({window for tier in slos.BURN_TIERS for window in (tier.short, tier.long)})
)
"""Every window of a burn tier, shortest first: 5m to 3d."""


def compile_ratios(slo: names.SloName) -> Iterable[rules.RecordingRule]:
    """Gives the error ratio over each window, weighted by events.

    The windows sum the recorded rates, so their cost does not grow with the number
    of series behind the objective. Without an event there is no ratio, never 0/0.
    """
    bad, total = series.select(series.BAD, slo), series.select(series.TOTAL, slo)
    for window in WINDOWS:
        if window == _RATE_WINDOW:
            expr = f"{bad} / ({total} > 0)"
        else:
            expr = (
                f"sum_over_time({bad}[{window}])\n"
                f"/ (sum_over_time({total}[{window}]) > 0)"
            )
        yield series.record(series.error_ratio(window), expr)


def compile_burn_alerts(
    objective: slos.Objective, writer: texts.Writer, *, has_maintenance: bool
) -> Iterable[rules.AlertingRule]:
    """Gives an alert for each tier that a total outage can reach.

    Both windows must burn: the long one means something, the short one ends the
    alert soon after its cause. The guard on the long window is
    `budgets.freeman_tukey_deviate`; it keeps single failures in thin traffic silent
    and needs no constant of its own for each service. Until more than the short
    window was measured both are the same samples, and the stumbles of a first start
    would burn three days' budget within a minute: so long the tier is silent. Planned
    maintenance is measured, though it does not count.
    """
    for tier in objective.tiers:
        yield rules.AlertingRule(
            alert=slos.BURN_ALERT,
            expr=_burn_condition(objective, tier)
            + _unless_young(objective, tier, has_maintenance=has_maintenance),
            for_=units.Duration(0),
            keep_firing_for=None,
            labels=writer.labels(objective.priority_of(tier))
            | {"burn_tier": tier.name},
            annotations=writer.burn_annotations(slos.BURN_ALERT, tier),
        )


def compile_stalled(
    objective: slos.Objective, writer: texts.Writer, *, has_maintenance: bool
) -> rules.AlertingRule:
    """Gives the alert on an objective that is no longer measured.

    It fires when valid events are gone, when they are there without the bad ones,
    and when there are none although this hour of last week had more than a few:
    idleness alone is no fault, and neither is a pause for maintenance.
    """
    measured = (series.BAD_RAW, series.TOTAL_RAW)
    counted = (series.BAD, series.TOTAL)
    bad, total = (
        series.select(name, objective.name)
        for name in (measured if has_maintenance else counted)
    )
    return rules.AlertingRule(
        alert=slos.STALLED_ALERT,
        expr=f"""absent({total})
or ({total} unless {bad})
or (
  {total} == 0
  and on (slo)
  avg_over_time({total}[1h] offset 1w) * 3600 > {_EXPECTED_EVENTS}
)""",
        for_=_STALLED_FOR,
        keep_firing_for=None,
        labels=writer.labels(slos.STALLED_PRIORITY),
        annotations=writer.stalled_annotations(slos.STALLED_ALERT),
    )


def inhibitions() -> tuple[routing.Inhibition, ...]:
    """Gives the rules by which a fast tier mutes the slower ones of its objective.

    A great incident fires every tier; the most urgent alert alone tells all of it.
    """
    tiers = [tier.name for tier in slos.BURN_TIERS]
    return tuple(
        routing.Inhibition(
            name=f"a-budget-that-burns-within-{tier}-burns-slower-too",
            source_matchers=(
                f'alertname="{slos.BURN_ALERT}"',
                f'burn_tier="{tier}"',
            ),
            target_matchers=(
                f'alertname="{slos.BURN_ALERT}"',
                f'burn_tier=~"{"|".join(tiers[position + 1 :])}"',
            ),
            equal=(names.LabelName("slo"),),
        )
        for position, tier in enumerate(tiers[:-1])
    )


def _burn_condition(objective: slos.Objective, tier: slos.BurnTier) -> str:
    budget = f"{objective.target.budget:f}"
    long, short, bad, total = (
        series.select(name, objective.name)
        for name in (
            series.error_ratio(tier.long),
            series.error_ratio(tier.short),
            series.BAD,
            series.TOTAL,
        )
    )
    bad_events = f"sum_over_time({bad}[{tier.long}]) * {_INTERVAL_SECONDS}"
    events = f"sum_over_time({total}[{tier.long}]) * {_INTERVAL_SECONDS}"
    return f"""{long} / {budget} > {tier.factor}
and
{short} / {budget} > {tier.factor}
and
sqrt({bad_events})
  + sqrt({bad_events} + 1)
  - sqrt(4 * {events} * {budget} + 1)
  > {tier.deviate}"""


def _unless_young(
    objective: slos.Objective, tier: slos.BurnTier, *, has_maintenance: bool
) -> str:
    measured = series.TOTAL_RAW if has_maintenance else series.TOTAL
    total = series.select(measured, objective.name)
    # A failure stays in the rates for their own window before it leaves the short one.
    settled = int(tier.short.seconds + _RATE_WINDOW.seconds) // _INTERVAL_SECONDS
    return f"\nand\ncount_over_time({total}[{tier.long}]) > {settled}"
