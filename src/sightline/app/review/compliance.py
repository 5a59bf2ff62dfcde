"""The chore "SLO compliance"."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from sightline.app.review import audit, context, times
from sightline.compilers.slo import series
from sightline.model import budgets, findings, slos
from sightline.review import compliance, reports
from sightline.review.backtest import fetching, timelines

__all__ = ["section", "settle"]

_DRAWN: Final = 4

_Ledgers = Mapping[str, compliance.Ledger]


async def section(given: context.Context) -> reports.Section:
    """Gives what became of every budget in the period, and what spent it."""
    given.say("adding up the events of every objective")
    ledgers = await settle(given)
    trail = await audit.follow(given)
    objectives = given.declared.service_levels.objectives.values()
    judged = [one for one in objectives if one.name in ledgers]
    met = sum(_is_met(one, ledgers[one.name]) for one in judged)
    spent = [ledgers[one.name].spent or 0.0 for one in judged]
    return reports.Section(
        name="compliance",
        title="SLO compliance",
        summary=f"{met} of {len(judged)} objectives with events were met",
        source=f"{series.BAD} and {series.TOTAL}; planned maintenance is taken out",
        found=[*_broken(judged, ledgers), *audit.unexplained(trail, given)],
        tables=(
            _budget_table(judged, ledgers),
            _incident_table(judged, ledgers, given),
            audit.windows_table(given),
            audit.trail_table(trail, given),
        ),
        charts=_charts(judged, ledgers),
        unknown=list(_unknown(objectives, ledgers)),
        figures={
            "objectives met": float(met),
            "most of a budget spent": round(max(spent, default=0.0), 3),
        },
    )


def _charts(
    judged: Sequence[slos.Objective], ledgers: _Ledgers
) -> Sequence[reports.Chart]:
    """Gives how the budgets went that were spent most of all."""
    worst = sorted(judged, key=lambda one: -(ledgers[one.name].spent or 0.0))
    curves = [
        reports.Curve(label=one.title, points=ledgers[one.name].left_by_day)
        for one in worst[:_DRAWN]
        if ledgers[one.name].total
    ]
    if not curves:
        return ()
    title = "What was left of the budgets that were spent most"
    return (reports.Chart(title=title, unit="share of the budget", curves=curves),)


async def settle(given: context.Context) -> Mapping[str, compliance.Ledger]:
    """Gives the ledger of every objective with events in the period, by its name."""
    grid = timelines.Grid.between(
        given.period.start, given.period.end, compliance.STEP_SECONDS
    )
    bad = await _rates(given, series.BAD, grid)
    total = await _rates(given, series.TOTAL, grid)
    return {
        name: compliance.settle(
            grid, bad[name], total[name], float(objective.target.budget)
        )
        for name, objective in given.declared.service_levels.objectives.items()
        if name in bad and name in total
    }


async def _rates(
    given: context.Context, name: str, grid: timelines.Grid
) -> Mapping[str, timelines.Numbers]:
    found = await fetching.fetch(given.prometheus, name, grid)
    return {one.labels.get("slo", ""): one.numbers for one in found}


def _is_met(objective: slos.Objective, ledger: compliance.Ledger) -> bool:
    ratio = ledger.error_ratio
    return ratio is not None and ratio <= float(objective.target.budget)


def _broken(
    judged: Sequence[slos.Objective], ledgers: _Ledgers
) -> Iterator[reports.Finding]:
    for objective in judged:
        ledger = ledgers[objective.name]
        if ledger.total and not _is_met(objective, ledger):
            yield reports.Finding(
                identity=f"compliance/{objective.name}",
                subject=objective.title,
                problem="was not met",
                evidence=(
                    f"{ledger.bad:,.0f} of {ledger.total:,.0f} events were bad, "
                    f"{ledger.budget:,.0f} were allowed"
                ),
                owner=objective.team,
                next_step="see which incident spent the budget, and hold its review",
            )


def _share(ratio: float | None) -> str:
    return "unknown" if ratio is None else f"{ratio:.4%}"


def _budget_table(judged: Sequence[slos.Objective], ledgers: _Ledgers) -> reports.Table:
    return reports.Table(
        title="Budgets",
        columns=(
            "objective",
            "service",
            "target",
            "good",
            "budget spent",
            "measured",
        ),
        rows=[
            (
                one.title,
                one.service,
                f"{(one.target.ratio * 100).normalize():f}%",
                _share(None if ratio is None else 1 - ratio),
                "unknown" if spent is None else f"{spent:.0%}",
                f"{ledgers[one.name].coverage:.1%}",
            )
            for one in judged
            for ratio in [ledgers[one.name].error_ratio]
            for spent in [ledgers[one.name].spent]
        ],
    )


def _incident_table(
    judged: Sequence[slos.Objective], ledgers: _Ledgers, given: context.Context
) -> reports.Table:
    zone = given.declared.organisation.time_zone
    return reports.Table(
        title="What spent the budgets",
        columns=("objective", "from", "to", "bad events", "of the budget"),
        rows=[
            (
                objective.title,
                times.write(incident.start, zone),
                times.write(incident.end, zone),
                f"{incident.bad:,.0f}",
                f"{incident.share:.0%}",
            )
            for objective in judged
            for incident in ledgers[objective.name].incidents
        ],
    )


def _unknown(
    objectives: Iterable[slos.Objective], ledgers: _Ledgers
) -> Iterator[findings.NotChecked]:
    for objective in objectives:
        ledger = ledgers.get(objective.name)
        if ledger is None or not ledger.total:
            yield findings.NotChecked(
                subject=objective.title, reason="no events were recorded"
            )
        elif ledger.coverage < budgets.COVERAGE_NEEDED:
            yield findings.NotChecked(
                subject=objective.title,
                reason=(
                    f"only {ledger.coverage:.1%} of the period was measured; "
                    f"{budgets.COVERAGE_NEEDED:.0%} are needed to say that it was met"
                ),
            )
