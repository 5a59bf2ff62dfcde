"""Signals as rule groups: recording rules first, then an alert for each level."""

from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

from sightline.compilers import readings
from sightline.compilers.prometheus import alerting_rules
from sightline.model import environments, monitoring, rules, signals
from sightline.promql import expressions

__all__ = ["compile_rule_groups"]


def compile_rule_groups(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[rules.RuleGroup, ...]:
    """Gives a group for each file of signals, in the order of the spec.

    Within a group every recording rule stands before its readers, so that an alert
    judges what was measured in the same evaluation. Series of another group are as
    old as one evaluation interval.
    """
    grouped: dict[str, list[signals.Signal]] = {}
    for signal in declared.signals.values():
        grouped.setdefault(signal.group, []).append(signal)
    groups = (
        rules.RuleGroup(
            name=name,
            interval=environment.evaluation_interval,
            rules=(
                *_recording_rules(members, declared),
                *_alerting_rules(members, declared, environment),
            ),
        )
        for name, members in grouped.items()
    )
    return tuple(group for group in groups if group.rules)


def _recording_rules(
    members: Iterable[signals.Signal], declared: monitoring.Monitoring
) -> Iterable[rules.RecordingRule]:
    for signal in _order_by_dependency(members, declared):
        for reading in readings.instantiate(signal, declared):
            labels = readings.identify(reading.member) if reading.member else {}
            if signal.record is not None:
                yield rules.RecordingRule(
                    record=signal.record, expr=reading.expr, labels=labels
                )


def _alerting_rules(
    members: Iterable[signals.Signal],
    declared: monitoring.Monitoring,
    environment: environments.Environment,
) -> Iterable[rules.AlertingRule]:
    for signal in members:
        for level in signal.levels:
            yield from alerting_rules.compile_level(
                signal, level, declared, environment
            )


def _order_by_dependency(
    members: Iterable[signals.Signal], declared: monitoring.Monitoring
) -> list[signals.Signal]:
    recorded = {str(signal.record): signal for signal in members if signal.record}
    # Sorted, because what a rule reads comes as a set, which has no order to repeat.
    graph = {
        record: sorted(_reads(signal, declared) & recorded.keys() - {record})
        for record, signal in recorded.items()
    }
    try:
        order = tuple(TopologicalSorter(graph).static_order())
    except CycleError:
        # Rules that read one another see the previous evaluation whatever we do.
        order = tuple(recorded)
    return [recorded[record] for record in order]


def _reads(signal: signals.Signal, declared: monitoring.Monitoring) -> frozenset[str]:
    first = readings.instantiate(signal, declared)[:1]
    names = (expressions.metric_names(reading.expr) for reading in first)
    return frozenset().union(*names)
