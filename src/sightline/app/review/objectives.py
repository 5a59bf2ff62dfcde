"""The chore "SLO review": targets beside what was achieved."""

from collections.abc import Iterator
from typing import Final

from sightline.app.review import compliance as compliance_chore
from sightline.app.review import context
from sightline.model import budgets, findings, names, slos
from sightline.review import compliance, reports

__all__ = ["section"]

_CANDIDATES: Final = (0.9, 0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999)
_LOOSE: Final = 0.1
"""A budget of which less than a tenth is used promises less than is delivered."""


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
                columns=("objective", *(f"{one:.4%}" for one in _CANDIDATES)),
                rows=[
                    (objectives[names.SloName(name)].title, *_costs(ledger))
                    for name, ledger in measured.items()
                ],
            ),
        ),
        unknown=[
            findings.NotChecked(
                subject=one.title, reason="too little of the period was measured"
            )
            for name, one in objectives.items()
            if name not in measured
        ],
    )


def _costs(ledger: compliance.Ledger) -> Iterator[str]:
    for candidate in _CANDIDATES:
        ratio = ledger.error_ratio or 0.0
        yield f"{ratio / (1 - candidate):.0%}"


def _judge(
    objective: slos.Objective, ledger: compliance.Ledger
) -> Iterator[reports.Finding]:
    spent = ledger.spent or 0.0
    if spent > 1:
        problem, step = "was missed", "lower it to what is achieved, or spend on it"
    elif spent < _LOOSE and not objective.reported_only:
        problem, step = "promises less than is delivered", "raise it, or take risks"
    else:
        return
    yield reports.Finding(
        identity=f"objectives/{objective.name}",
        subject=objective.title,
        problem=problem,
        evidence=f"{spent:.0%} of its budget was spent over the period",
        owner=objective.team,
        next_step=step,
    )
