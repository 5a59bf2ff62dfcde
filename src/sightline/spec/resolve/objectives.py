"""Objectives: targets, what is counted, and what follows from a spent budget."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sightline.formats import reporting
from sightline.model import names, services, slos, units
from sightline.spec import sections, shapes
from sightline.spec.resolve import expressions

__all__ = ["resolve_service_levels"]

_SloEntry = sections.Entry[shapes.Slo]
_SHORTEST_PERIOD = units.Duration.parse("7d")
_LONGEST_PERIOD = units.Duration.parse("90d")
_PAIRS = "`bad` and `total`, `good` and `total`, or `latency` and `under`"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """What objectives take from the rest of the spec, and who hears of mistakes."""

    organisation: services.Organisation | None
    services: dict[names.ServiceName, services.Service]
    reporter: reporting.Reporter


def resolve_service_levels(
    found: sections.Sections,
    organisation: services.Organisation | None,
    declared: dict[names.ServiceName, services.Service],
    reporter: reporting.Reporter,
) -> slos.ServiceLevels:
    """Gives the objectives and what belongs to them.

    `organisation` gives the default team and zone; without one the spec has an error
    already.
    """
    context = _Context(
        organisation=organisation,
        services=declared,
        reporter=reporter,
    )
    return slos.ServiceLevels(
        objectives={
            objective.name: objective
            for entry in found.slos.entries
            if (objective := _objective(entry, context)) is not None
        },
        aliases=tuple(_aliases(found.slo_aliases)),
        diagnostics=tuple(_diagnostics(found.slo_diagnostics)),
        exemptions=tuple(_exemptions(found.slo_exemptions)),
        maintenance=tuple(_maintenance(found.maintenance, context)),
        policy=_policy(found.error_budget_policy, context),
    )


def _objective(entry: _SloEntry, context: _Context) -> slos.Objective | None:
    shape = entry.shape
    service = slos.PLATFORM
    if shape.service is not None:
        service = names.ServiceName(shape.service)
    _check_period(entry, context.reporter)
    sli = _sli(entry, context.reporter)
    if sli is None or context.organisation is None:
        return None
    births = shape.counts_births
    return slos.Objective(
        name=names.SloName(entry.name),
        title=shape.title,
        description=shape.description,
        service=service,
        team=_team(entry, service, context.organisation, context),
        target=shape.target,
        sli=sli,
        measured_at=shape.measured_at,
        operation=shape.operation,
        period=shape.period,
        zone=shape.zone or context.organisation.time_zone,
        highest_priority=shape.highest_priority,
        reported_only=shape.reported_only,
        # The first slow request of a histogram is one in thousands; the first
        # failure of a label set is often the whole incident.
        counts_births=births
        if births is not None
        else not isinstance(sli, slos.LatencySli),
        depends_on=tuple(names.SloName(name) for name in shape.depends_on),
        span=entry.name_span,
    )


def _check_period(entry: _SloEntry, reporter: reporting.Reporter) -> None:
    if not _SHORTEST_PERIOD <= entry.shape.period <= _LONGEST_PERIOD:
        reporter.error(
            "slo",
            entry.span("period"),
            f"expected a period from {_SHORTEST_PERIOD} to {_LONGEST_PERIOD}, "
            f"found '{entry.shape.period}'",
            "the slowest burn tier looks back three days already",
        )


def _team(
    entry: _SloEntry,
    service: names.ServiceName,
    organisation: services.Organisation,
    context: _Context,
) -> names.TeamName:
    if entry.shape.team is not None:
        return names.TeamName(entry.shape.team)
    owner = context.services.get(service)
    return organisation.default_team if owner is None else owner.team


def _sli(entry: _SloEntry, reporter: reporting.Reporter) -> slos.Sli | None:
    sli = entry.shape.sli
    given = {key for key, text in sli if text is not None}
    is_pair = len(given) == 2  # noqa: PLR2004 - a pair
    for key in sorted(given - {"under"}):
        selector = getattr(sli, key)
        span = entry.span("sli", key)
        if not expressions.check_selector(selector, span, reporter):
            return None
    match sli:
        case shapes.Sli(bad=str(bad), total=str(total)) if is_pair:
            return slos.AvailabilitySli(bad=bad, total=total)
        case shapes.Sli(good=str(good), total=str(total)) if is_pair:
            return slos.GoodTotalSli(good=good, total=total)
        case shapes.Sli(latency=str(latency), under=under) if (
            under is not None and is_pair
        ):
            histogram, _, rest = latency.partition("{")
            return slos.LatencySli(
                histogram=names.MetricName(histogram.strip()),
                matchers=rest.rstrip().removesuffix("}").strip().rstrip(","),
                threshold_seconds=Decimal(under.milliseconds).scaleb(-3),
            )
        case _:
            reporter.error(
                "slo",
                entry.key_span("sli"),
                f"expected {_PAIRS}, found {_join(given)}",
                "an objective counts its events in one way only",
            )
            return None


def _join(keys: set[str]) -> str:
    return " and ".join(f"`{key}`" for key in sorted(keys)) or "nothing"


def _aliases(section: sections.Section[shapes.SloAlias]) -> Iterator[slos.Alias]:
    for entry in section.entries:
        yield slos.Alias(
            name=names.SloName(entry.name),
            title=entry.shape.title,
            of=names.SloName(entry.shape.of),
            span=entry.name_span,
        )


def _diagnostics(
    section: sections.Section[shapes.SloDiagnostic],
) -> Iterator[slos.Diagnostic]:
    for entry in section.entries:
        yield slos.Diagnostic(
            name=names.SloName(entry.name),
            title=entry.shape.title,
            signal=names.SignalName(entry.shape.signal),
            reason=entry.shape.reason,
            span=entry.name_span,
        )


def _exemptions(
    section: sections.Section[shapes.SloExemption],
) -> Iterator[slos.Exemption]:
    for entry in section.entries:
        yield slos.Exemption(
            service=names.ServiceName(entry.name),
            reason=entry.shape.reason,
            owner=names.TeamName(entry.shape.owner),
            review_by=entry.shape.review_by,
            span=entry.name_span,
        )


def _maintenance(
    section: sections.Section[shapes.Maintenance], context: _Context
) -> Iterator[slos.MaintenanceWindow]:
    for entry in section.entries:
        schedule = _schedule(entry, context.reporter)
        if schedule is not None:
            yield slos.MaintenanceWindow(
                name=entry.name,
                services=tuple(
                    names.ServiceName(name) for name in entry.shape.services
                ),
                schedule=schedule,
                reason=entry.shape.reason,
                owner=names.TeamName(entry.shape.owner),
                span=entry.name_span,
                mutes=tuple(entry.shape.mutes),
            )


def _schedule(
    entry: sections.Entry[shapes.Maintenance], reporter: reporting.Reporter
) -> slos.Schedule | None:
    match entry.shape:
        case shapes.Maintenance(once=shapes.OneOff() as once, weekly=None):
            if once.start < once.end:
                return slos.OneOff(start=once.start, end=once.end)
            reporter.error(
                "maintenance",
                entry.span("once", "end"),
                f"expected an end after {once.start.isoformat()}, "
                f"found {once.end.isoformat()}",
            )
        case shapes.Maintenance(once=None, weekly=shapes.Weekly() as weekly):
            return slos.Weekly(
                weekday=weekly.day,
                start=weekly.start,
                length=weekly.length,
                zone=weekly.zone,
            )
        case _:
            reporter.error(
                "maintenance",
                entry.name_span,
                f"expected one of `once` and `weekly` for {entry.name!r}",
            )
    return None


def _policy(
    section: sections.Section[shapes.BudgetPolicy], context: _Context
) -> slos.BudgetPolicy:
    if not section.entries:
        return slos.DEFAULT_POLICY
    entry = section.entries[0]
    bounds = [state.budget_left_at_most for state in entry.shape.states]
    if bounds[0] != 1 or any(a <= b for a, b in itertools.pairwise(bounds)):
        context.reporter.error(
            "policy",
            entry.key_span("states"),
            "expected states from 100% of the budget downwards, found "
            + ", ".join(f"{bound:%}" for bound in bounds),
            "begin with the full budget; each state begins where the next is stricter",
        )
    return slos.BudgetPolicy(
        states=tuple(
            slos.PolicyState(
                name=state.name,
                at_most=state.budget_left_at_most,
                action=state.action,
                blocks_releases=state.blocks_releases,
            )
            for state in entry.shape.states
        ),
        overrides=tuple(_overrides(entry)),
    )


def _overrides(
    entry: sections.Entry[shapes.BudgetPolicy],
) -> Iterator[slos.PolicyOverride]:
    for index, override in enumerate(entry.shape.overrides):
        place = ("overrides", index)
        yield slos.PolicyOverride(
            slo=names.SloName(override.slo),
            reason=override.reason,
            owner=names.TeamName(override.owner),
            expires=override.expires,
            span=entry.span(*place),
        )
