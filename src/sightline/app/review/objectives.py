"""The chore "SLO review": targets beside what was achieved."""

from collections.abc import Iterator, Mapping
from typing import Final

from sightline.app.review import compliance as compliance_chore
from sightline.app.review import context
from sightline.model import budgets, findings, names, slos
from sightline.review import compliance, reports

__all__ = ["section"]

_CANDIDATES: Final = (0.9, 0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999)
_LOOSE: Final = 0.1
"""A budget of which less than a tenth is used promises less than is delivered."""

_ROOM: Final = 0.8
"""What a proposed target would have spent at most: a quarter may be a little worse."""

_FEWEST_BAD: Final = 10.0
"""With a budget of fewer events, one failure more or less decides over the quarter."""


async def section(given: context.Context) -> reports.Section:
    """Gives what each target was worth in the period, and what others would cost."""
    ledgers = await compliance_chore.settle(given)
    objectives = given.declared.service_levels.objectives
    measured = {
        name: ledger
        for name, ledger in ledgers.items()
        if ledger.total and ledger.coverage >= budgets.COVERAGE_NEEDED
    }
    return reports.Section(
        name="objectives",
        title="SLO review",
        summary=f"{len(measured)} of {len(objectives)} objectives were measured",
        source="the events of every objective over the period",
        found=[
            finding
            for name, ledger in measured.items()
            for finding in _judge(objectives[names.SloName(name)], ledger)
        ],
        tables=(
            reports.Table(
                title="What other targets would have spent of their budget",
                columns=(
                    "objective",
                    "now",
                    "verdict",
                    *(f"{one:.4%}" for one in _CANDIDATES),
                ),
                rows=[
                    (
                        objectives[names.SloName(name)].title,
                        str(objectives[names.SloName(name)].target),
                        _verdict(objectives[names.SloName(name)], ledger),
                        *_costs(ledger),
                    )
                    for name, ledger in measured.items()
                ],
            ),
        ),
        unknown=list(_unknown(given, ledgers)),
        figures={"objectives measured": float(len(measured))},
    )


def _unknown(
    given: context.Context, ledgers: Mapping[str, compliance.Ledger]
) -> Iterator[findings.NotChecked]:
    for name, one in given.declared.service_levels.objectives.items():
        ledger = ledgers.get(name)
        covered = ledger.coverage if ledger else 0.0
        if ledger is None or not ledger.total or covered < budgets.COVERAGE_NEEDED:
            yield findings.NotChecked(
                subject=one.title,
                reason=f"only {covered:.0%} of the period was measured",
            )


def _costs(ledger: compliance.Ledger) -> Iterator[str]:
    for candidate in _CANDIDATES:
        ratio = ledger.error_ratio or 0.0
        yield f"{ratio / (1 - candidate):.0%}"


def _verdict(objective: slos.Objective, ledger: compliance.Ledger) -> str:
    if objective.reported_only:
        return "only reported"
    if ledger.budget < _FEWEST_BAD:
        return f"too little traffic: {ledger.budget:.1f} bad events are the budget"
    spent = ledger.spent or 0.0
    return "missed" if spent > 1 else "loose" if spent < _LOOSE else "fits"


def _propose(ledger: compliance.Ledger) -> str:
    """Gives the strictest target that would have been kept, and what it would cost."""
    ratio = ledger.error_ratio or 0.0
    kept = [one for one in _CANDIDATES if ratio / (1 - one) <= _ROOM]
    able = [one for one in kept if ledger.total * (1 - one) >= _FEWEST_BAD]
    if not able:
        return "none of the usual targets would have been kept"
    target = f"{able[-1] * 100:g}%"
    return f"{target} would have spent {ratio / (1 - able[-1]):.0%} of its budget"


def _judge(
    objective: slos.Objective, ledger: compliance.Ledger
) -> Iterator[reports.Finding]:
    spent = ledger.spent or 0.0
    if objective.reported_only:
        return
    if ledger.budget < _FEWEST_BAD:
        problem = "has too little traffic for its target"
        evidence = (
            f"{ledger.total:,.0f} events, of which {ledger.budget:.1f} may be bad: "
            f"one failure spends {1 / ledger.budget:.0%}"
        )
        step = "take a longer period or a lower target, or probe it from outside"
    elif spent > 1:
        problem = "was missed"
        evidence = f"{spent:.0%} of its budget was spent over the period"
        step = f"invest in it, or lower it: {_propose(ledger)}"
    elif spent < _LOOSE:
        problem = "promises less than is delivered"
        evidence = f"{spent:.0%} of its budget was spent over the period"
        step = f"raise it, or take risks: {_propose(ledger)}"
    else:
        return
    yield reports.Finding(
        identity=f"objectives/{objective.name}",
        subject=objective.title,
        problem=problem,
        evidence=evidence,
        owner=objective.team,
        next_step=step,
    )
