"""Objectives as rule groups: what is counted, how fast it burns, what is left.

Each objective has groups of its own, so that one that cannot be evaluated takes no
other with it. `slo-<name>` counts and alerts every minute; `slo-<name>-period` sums
the rolling budget and `slo-<name>-month` that of the calendar month. The calendar
they share is the group `slo-calendar`.
"""

from collections.abc import Iterable

from sightline.compilers.slo import burn, calendars, events, periods, series, texts
from sightline.model import environments, monitoring, names, routing, rules, slos

__all__ = ["compile_slo_groups", "inhibitions"]


def compile_slo_groups(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[rules.RuleGroup, ...]:
    """Gives the rule groups of every objective, in the order of the spec."""
    levels = declared.service_levels
    if not levels.objectives:
        return ()
    groups = [_compile_calendar(levels)]
    for objective in levels.objectives.values():
        writer = texts.Writer(
            objective=objective, monitoring=declared, environment=environment
        )
        groups += _compile_objective(
            objective,
            writer,
            has_maintenance=bool(levels.maintenance_of(objective.service)),
        )
    return tuple(groups)


def inhibitions(declared: monitoring.Monitoring) -> tuple[routing.Inhibition, ...]:
    """Gives the rules that keep one incident of one objective at one alert."""
    return burn.inhibitions() if declared.service_levels.objectives else ()


def _compile_objective(
    objective: slos.Objective, writer: texts.Writer, *, has_maintenance: bool
) -> Iterable[rules.RuleGroup]:
    counted: list[rules.Rule] = [
        *events.compile_events(objective, has_maintenance=has_maintenance),
        *burn.compile_ratios(objective.name),
        *burn.compile_burn_alerts(objective, writer, has_maintenance=has_maintenance),
    ]
    if not objective.reported_only:
        counted.append(
            burn.compile_stalled(objective, writer, has_maintenance=has_maintenance)
        )
    yield rules.RuleGroup(
        name=f"slo-{objective.name}",
        interval=series.RULE_INTERVAL,
        rules=tuple(counted),
    )
    yield rules.RuleGroup(
        name=f"slo-{objective.name}-period",
        interval=periods.INTERVAL,
        rules=tuple(
            periods.compile_period(objective, writer, has_maintenance=has_maintenance)
        ),
    )
    yield rules.RuleGroup(
        name=f"slo-{objective.name}-month",
        interval=periods.INTERVAL,
        rules=tuple(periods.compile_month(objective)),
    )


def _compile_calendar(levels: slos.ServiceLevels) -> rules.RuleGroup:
    zones = dict.fromkeys(o.zone for o in levels.objectives.values())
    served = dict.fromkeys(o.service for o in levels.objectives.values())
    return rules.RuleGroup(
        name="slo-calendar",
        interval=series.RULE_INTERVAL,
        rules=(
            *(calendars.compile_month_start(zone) for zone in zones),
            *_compile_maintenance(levels, served),
        ),
    )


def _compile_maintenance(
    levels: slos.ServiceLevels, served: Iterable[names.ServiceName]
) -> Iterable[rules.RecordingRule]:
    for service in served:
        if windows := levels.maintenance_of(service):
            yield calendars.compile_maintenance(service, windows)
