"""One level of a signal as alerting rules: condition, labels and annotations."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sightline.compilers import quantities, readings
from sightline.compilers.prometheus import annotations, owners
from sightline.model import environments, monitoring, names, rules, signals
from sightline.promql import expressions

__all__ = ["compile_level"]


def compile_level(
    signal: signals.Signal,
    level: signals.Level,
    declared: monitoring.Monitoring,
    environment: environments.Environment,
) -> Iterable[rules.AlertingRule]:
    """Gives the level's rule, or one for each member where the rules must differ."""
    for reading in _read_for_alerts(signal, level, declared):
        subject = owners.find_subject(signal, reading.member, declared)
        yield rules.AlertingRule(
            alert=level.alert,
            expr=_render_condition(signal, level, reading),
            for_=level.for_,
            keep_firing_for=level.keep_firing_for,
            labels=_labels(level, subject, reading.member),
            annotations=annotations.compile_annotations(
                annotations.Context(
                    signal=signal,
                    level=level,
                    subject=subject,
                    member=reading.member,
                    monitoring=declared,
                    environment=environment,
                )
            ),
        )


def _read_for_alerts(
    signal: signals.Signal, level: signals.Level, declared: monitoring.Monitoring
) -> Iterable[readings.Reading]:
    if not readings.is_per_member(signal, level):
        expr = readings.read_signal(signal, declared)
        yield readings.Reading(expr=expr, member=None)
        return
    for reading in readings.instantiate(signal, declared):
        if signal.record is None or reading.member is None:
            yield replace(reading, expr=readings.wrap(reading.expr))
        else:
            identity = readings.identify(reading.member).items()
            matchers = ",".join(f'{label}="{text}"' for label, text in identity)
            yield replace(reading, expr=f"{signal.record}{{{matchers}}}")


def _labels(
    level: signals.Level, subject: owners.Subject, member: readings.Member | None
) -> Mapping[str, str]:
    labels = {
        "priority": level.priority.value,
        "severity": level.severity.value,
        "service": subject.service,
        "team": subject.team,
    }
    if subject.is_dynamic:
        # The series carry the label; a rule would only write it over itself.
        del labels["service"]
    return labels | dict(readings.identify(member) if member else {})


def _render_condition(
    signal: signals.Signal, level: signals.Level, reading: readings.Reading
) -> str:
    condition = reading.expr
    if level.above is not None:
        condition = f"{condition} > {_bound(level.above, reading.member)}"
    if level.below is not None:
        if level.above is not None:
            condition = readings.wrap(condition)
        condition = f"{condition} < {_bound(level.below, reading.member)}"
    if level.guard is None:
        return condition
    guard = level.guard.strip()
    if reading.member is not None:
        guard = readings.fill_placeholders(guard, reading.member)
    matching = ", ".join(_matching_labels(signal, guard))
    return f"{condition}\nand on ({matching}) {readings.wrap(guard)}"


def _matching_labels(signal: signals.Signal, guard: str) -> tuple[names.LabelName, ...]:
    """Gives the labels that pair a guard's series with the signal's.

    A guard that aggregates by fewer labels than the signal (requests by service for
    a ratio by service and operation) holds for all the series that share those.
    """
    carried = expressions.aggregation_labels(guard)
    if carried is None:
        return signal.result_labels
    return tuple(label for label in signal.result_labels if label in carried)


def _bound(threshold: signals.Threshold, member: readings.Member | None) -> str:
    if not isinstance(threshold, signals.ReplicaCount):
        return quantities.render_number(float(threshold))
    if member is None:
        raise TypeError(
            "expected_replicas needs a signal that is made for each service"
        )
    return str(member.expected_replicas)
