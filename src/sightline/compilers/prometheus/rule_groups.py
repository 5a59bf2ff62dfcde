"""Signals as rule groups: recording rules first, then an alert for each level."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Final

from sightline.compilers import readings
from sightline.compilers.prometheus import alerting_rules
from sightline.model import environments, monitoring, rules, signals
from sightline.promql import expressions

__all__ = ["MOST_OWN_ALERTS", "compile_rule_groups"]

MOST_OWN_ALERTS: Final = 256
"""Of one group, made for one service or exporter each; more make groups of their own.

The rules of a group are evaluated one after another, and a rule file has to fit into
a ConfigMap: about 1 KiB an alert.
"""


def compile_rule_groups(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[rules.RuleGroup, ...]:
    """Gives a group for each file of signals, in the order of the spec.

    Within a group every recording rule stands before its readers, so that an alert
    judges what was measured in the same evaluation. Series of another group are as
    old as one evaluation interval. Where an estate is large, the alerts that are made
    for one service or exporter each follow in groups of their own.
    """
    grouped: dict[str, list[signals.Signal]] = {}
    for signal in declared.signals.values():
        grouped.setdefault(signal.group, []).append(signal)
    return tuple(
        rules.RuleGroup(
            name=part, interval=environment.evaluation_interval, rules=tuple(held)
        )
        for name, members in grouped.items()
        for part, held in _compile_parts(name, members, declared, environment)
        if held
    )


def _compile_parts(
    name: str,
    members: Iterable[signals.Signal],
    declared: monitoring.Monitoring,
    environment: environments.Environment,
) -> Iterator[tuple[str, list[rules.Rule]]]:
    """Gives a group by its name, and behind it the parts that it is too small for."""
    shared: list[rules.Rule] = [*_recording_rules(members, declared)]
    alerts = [*_alerting_rules(members, declared, environment)]
    own = [alert for alert, is_own in alerts if is_own]
    if len(own) <= MOST_OWN_ALERTS:
        yield name, [*shared, *(alert for alert, _ in alerts)]
        return
    yield name, [*shared, *(alert for alert, is_own in alerts if not is_own)]
    yield from _spread(name, own)


def _spread(
    name: str, own: Sequence[rules.AlertingRule]
) -> Iterator[tuple[str, list[rules.Rule]]]:
    """Gives the alerts in parts, each alert by the name of what it is made for.

    A rule that moves to another group begins its `for` anew. So a new service moves
    no other, but where the number of parts doubles: then half of each part moves.
    """
    count = 1 << ((len(own) - 1) // MOST_OWN_ALERTS).bit_length()
    parts: list[list[rules.Rule]] = [[] for _ in range(count)]
    for alert in own:
        made_for = f"{alert.labels['service']}/{alert.labels.get('job', '')}"
        parts[zlib.crc32(made_for.encode()) % count].append(alert)
    for number, part in enumerate(parts):
        yield f"{name}.part-{number:02}", part


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
) -> Iterator[tuple[rules.AlertingRule, bool]]:
    """Gives the alerts, and whether each is made for one service or exporter."""
    for signal in members:
        for level in signal.levels:
            is_own = readings.is_per_member(signal, level)
            for rule in alerting_rules.compile_level(
                signal, level, declared, environment
            ):
                yield rule, is_own


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
