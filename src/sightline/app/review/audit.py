"""The audit trail of maintenance: what was taken out of budgets, when and by whom."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sightline.app.review import context, times
from sightline.compilers.slo import series
from sightline.model import slos
from sightline.review import compliance, maintenance, reports
from sightline.review.backtest import fetching, timelines

__all__ = ["Entry", "follow", "trail_table", "unexplained", "windows_table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was taken out of one objective; `window` is `None` where nobody said why."""

    objective: slos.Objective
    taken: maintenance.TakenOut
    window: slos.MaintenanceWindow | None


async def follow(given: context.Context) -> tuple[Entry, ...]:
    """Gives every stretch that does not count, the earliest first."""
    grid = timelines.Grid.between(
        given.period.start, given.period.end, compliance.STEP_SECONDS
    )
    raw_totals = await _rates(given, series.TOTAL_RAW, grid)
    if not raw_totals:
        return ()
    raw_bads = await _rates(given, series.BAD_RAW, grid)
    totals = await _rates(given, series.TOTAL, grid)
    declared = given.declared.service_levels
    entries = []
    for name, raw_total in raw_totals.items():
        if name not in totals or name not in raw_bads:
            continue
        objective = next(
            (one for one in declared.objectives.values() if one.name == name), None
        )
        if objective is None:
            continue
        planned = maintenance.occurrences(
            declared.maintenance_of(objective.service),
            given.period.start,
            given.period.end,
        )
        entries += [
            Entry(
                objective=objective,
                taken=taken,
                window=maintenance.explain(taken, planned),
            )
            for taken in maintenance.take_out(
                grid, totals[name], raw_total, raw_bads[name]
            )
        ]
    return tuple(sorted(entries, key=lambda one: one.taken.start))


async def _rates(
    given: context.Context, name: str, grid: timelines.Grid
) -> Mapping[str, timelines.Numbers]:
    found = await fetching.fetch(given.prometheus, name, grid)
    return {one.labels.get("slo", ""): one.numbers for one in found}


def unexplained(
    trail: Sequence[Entry], given: context.Context
) -> Iterator[reports.Finding]:
    """Gives what was taken out though no window was declared for it."""
    zone = given.declared.organisation.time_zone
    for entry in trail:
        if entry.window is None:
            begin = times.write(entry.taken.start, zone)
            yield reports.Finding(
                identity=f"compliance/unexplained/{entry.objective.name}/{begin}",
                subject=entry.objective.title,
                problem="was spared events that no declared maintenance explains",
                evidence=(
                    f"{entry.taken.total:,.0f} events from {begin}, "
                    f"{entry.taken.bad:,.0f} of them bad"
                ),
                owner=entry.objective.team,
                next_step="declare the window with its reason, or count the events",
                source=f"{series.TOTAL_RAW} beside {series.TOTAL}",
            )


def windows_table(given: context.Context) -> reports.Table:
    """Gives every declared window as often as it was open in the period."""
    zone = given.declared.organisation.time_zone
    planned = maintenance.occurrences(
        given.declared.service_levels.maintenance, given.period.start, given.period.end
    )
    return reports.Table(
        title="Planned maintenance, which no budget pays for",
        columns=("window", "services", "from", "to", "reason", "owner", "declared in"),
        rows=[
            (
                one.window.name,
                ", ".join(one.window.services),
                times.write(one.start, zone),
                times.write(one.end, zone),
                one.window.reason,
                one.window.owner,
                f"{one.window.span.file}:{one.window.span.line}",
            )
            for one in planned
        ],
        source="the maintenance calendar of the spec",
    )


def trail_table(trail: Sequence[Entry], given: context.Context) -> reports.Table:
    """Gives what was taken out of each objective, with what it would have cost."""
    zone = given.declared.organisation.time_zone
    return reports.Table(
        title="Events that were taken out of the budgets",
        columns=("objective", "from", "to", "events", "bad", "because of"),
        rows=[
            (
                one.objective.title,
                times.write(one.taken.start, zone),
                times.write(one.taken.end, zone),
                f"{one.taken.total:,.0f}",
                f"{one.taken.bad:,.0f}",
                one.window.name if one.window else "nothing that was declared",
            )
            for one in trail
        ],
        source=f"{series.TOTAL_RAW} and {series.BAD_RAW} beside {series.TOTAL}",
    )
