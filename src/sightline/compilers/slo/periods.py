"""What is left of an objective's budget: over the rolling period, and this month."""

from collections.abc import Callable, Iterable
from typing import Final

from sightline.compilers.slo import series, texts
from sightline.model import budgets, rules, slos, units

__all__ = ["INTERVAL", "STEP", "compile_month", "compile_period"]

INTERVAL: Final = units.Duration.parse("2m30s")
"""Half of the time for which a server repeats the last sample: one late evaluation
leaves no gap. https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness
"""

STEP: Final = units.Duration.parse("5m")
"""The records are five-minute rates: read at this step, every event counts once."""

_STEP_SECONDS: Final = int(STEP.seconds)
_LONGEST_MONTH: Final = "31d"
_QUARTER: Final = "15m"
_UNMEASURED_FOR: Final = units.Duration.parse("1h")


def compile_period(
    objective: slos.Objective, writer: texts.Writer, *, has_maintenance: bool
) -> Iterable[rules.Rule]:
    """Gives the rolling budget, its coverage, and what else says what they mean."""
    yield from _constants(objective)
    yield series.record(
        series.error_ratio(objective.period),
        _ratio(objective, bad=series.BAD, total=series.TOTAL),
    )
    yield series.record(series.BUDGET_LEFT, _left(objective, series.error_ratio))
    if has_maintenance:
        yield from _uncorrected(objective)
    slots = int(objective.period.seconds) // _STEP_SECONDS
    measured = series.select(series.TOTAL, objective.name)
    yield series.record(
        series.coverage(objective.period),
        f"count_over_time({measured}[{objective.period}:{STEP}]) / {slots}",
    )
    if not objective.reported_only:
        yield _unmeasured(objective, writer)


def compile_month(objective: slos.Objective) -> Iterable[rules.RecordingRule]:
    """Gives this calendar month's events, error ratio and coverage.

    The same records as the rolling period, in quarters of an hour, from the month's
    begin in the objective's zone on: every zone's midnight is the end of a quarter.
    """
    zone = objective.zone
    start = f'{series.MONTH_START}{{tz="{zone}"}}'
    bad = series.select(series.MONTH_BAD, objective.name)
    total = series.select(series.MONTH_TOTAL, objective.name)

    def _since_start(function: str, name: str) -> str:
        rate = series.select(name, objective.name)
        return (
            f"sum_over_time((\n  {function}({rate}[{_QUARTER}:{STEP}])\n"
            f"  and on () (vector(time()) > on () ({start} @ end()))\n"
            f")[{_LONGEST_MONTH}:{_QUARTER}]) * {_STEP_SECONDS}"
        )

    yield series.record(series.MONTH_BAD, _since_start("sum_over_time", series.BAD))
    yield series.record(series.MONTH_TOTAL, _since_start("sum_over_time", series.TOTAL))
    yield series.record(series.MONTH_RATIO, f"{bad} / ({total} > 0)")
    yield series.record(
        series.MONTH_COVERAGE,
        f"{_since_start('count_over_time', series.TOTAL)}\n"
        f"/ scalar(vector(time()) - on () {start})",
    )


def _constants(objective: slos.Objective) -> Iterable[rules.RecordingRule]:
    labels = series.identity(objective)
    target = objective.target
    yield series.record(series.OBJECTIVE, f"vector({target.ratio:f})", labels)
    yield series.record(series.BUDGET, f"vector({target.budget:f})", labels)
    yield series.record(
        series.INFO,
        "vector(1)",
        labels
        | {
            "team": objective.team,
            "title": objective.title,
            "target": str(target),
            "period": str(objective.period),
            "tz": objective.zone,
            "alerted": "no" if objective.reported_only else "yes",
        },
    )


def _ratio(objective: slos.Objective, *, bad: str, total: str) -> str:
    bad, total = (series.select(name, objective.name) for name in (bad, total))
    period = f"[{objective.period}:{STEP}]"
    return f"sum_over_time({bad}{period})\n/ (sum_over_time({total}{period}) > 0)"


def _left(objective: slos.Objective, ratio: Callable[[units.Duration], str]) -> str:
    spent = series.select(ratio(objective.period), objective.name)
    return f"1 - {spent} / {objective.target.budget:f}"


def _uncorrected(objective: slos.Objective) -> Iterable[rules.RecordingRule]:
    """Gives the budget with the maintenance counted, and how much of it there was.

    Its history begins with the first window that was ever declared.
    """
    window = f'{series.MAINTENANCE}{{service="{objective.service}"}}'
    yield series.record(
        series.error_ratio_raw(objective.period),
        _ratio(objective, bad=series.BAD_RAW, total=series.TOTAL_RAW),
    )
    yield series.record(
        series.BUDGET_LEFT_RAW, _left(objective, series.error_ratio_raw)
    )
    yield series.record(
        series.excluded(objective.period),
        f"avg_over_time({window}[{objective.period}:{STEP}])",
        series.identity(objective),
    )


def _unmeasured(objective: slos.Objective, writer: texts.Writer) -> rules.AlertingRule:
    """Gives the alert on gaps; an objective younger than its period has none yet."""
    measured = series.select(series.coverage(objective.period), objective.name)
    began = series.select(series.TOTAL, objective.name)
    return rules.AlertingRule(
        alert=slos.UNMEASURED_ALERT,
        expr=(
            f"{measured} < {budgets.COVERAGE_NEEDED}\n"
            f"and on (slo) (max_over_time({began}[1h] offset {objective.period}))"
        ),
        for_=_UNMEASURED_FOR,
        keep_firing_for=None,
        labels=writer.labels(slos.UNMEASURED_PRIORITY),
        annotations=writer.unmeasured_annotations(slos.UNMEASURED_ALERT),
    )
