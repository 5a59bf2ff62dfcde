"""The rules of a set of files, as a replay needs them."""

from collections.abc import Iterator
from dataclasses import dataclass

from sightline.formats import estates, prometheus_config, rule_files
from sightline.model import findings
from sightline.promql import ast, parsing, refusals
from sightline.review.backtest import chains, replaying, states

__all__ = ["Rules", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What can be replayed, and what cannot.

    Attributes:
        unread: rules whose expression was not understood, and why.
    """

    alerts: tuple[replaying.Alert, ...]
    recordings: chains.Recordings
    unread: tuple[findings.NotChecked, ...]


def read(estate: estates.Estate) -> Rules:
    """Gives the rules of an estate.

    A group without an interval has that of the Prometheus configuration among the
    files, or Prometheus's own default.
    """
    interval = prometheus_config.DEFAULT_INTERVAL
    if estate.prometheus:
        interval = estate.prometheus[0].evaluation
    alerts: list[replaying.Alert] = []
    recordings: dict[str, tuple[chains.Recording, ...]] = {}
    unread: list[findings.NotChecked] = []
    for group, rule in _rules(estate):
        seconds = (group.interval.content if group.interval else interval).seconds
        name = _name(rule)
        try:
            expression = parsing.parse(rule.expr.text)
        except refusals.RefusedExpression as refusal:
            unread.append(findings.NotChecked(subject=name, reason=str(refusal)))
            continue
        match rule:
            case rule_files.AlertingRule():
                alerts.append(_alert(group, rule, expression, seconds))
            case rule_files.RecordingRule():
                recording = _recording(group, rule, expression, seconds)
                recordings[name] = (*recordings.get(name, ()), recording)
    return Rules(alerts=tuple(alerts), recordings=recordings, unread=tuple(unread))


def _rules(
    estate: estates.Estate,
) -> Iterator[tuple[rule_files.RuleGroup, rule_files.Rule]]:
    for file in estate.rule_files:
        for group in file.groups:
            for rule in group.rules:
                yield group, rule


def _name(rule: rule_files.Rule) -> str:
    match rule:
        case rule_files.AlertingRule():
            return rule.alert.text
        case rule_files.RecordingRule():
            return rule.record.text


def _labels(group: rule_files.RuleGroup, rule: rule_files.Rule) -> dict[str, str]:
    return {name: text.text for name, text in {**group.labels, **rule.labels}.items()}


def _alert(
    group: rule_files.RuleGroup,
    rule: rule_files.AlertingRule,
    expression: ast.Expression,
    interval: float,
) -> replaying.Alert:
    keep = rule.keep_firing_for
    return replaying.Alert(
        name=rule.alert.text,
        expression=expression,
        labels=_labels(group, rule),
        timing=states.Timing(
            hold=rule.for_.content.seconds if rule.for_ else 0.0,
            keep_firing=keep.content.seconds if keep else 0.0,
        ),
        interval=interval,
    )


def _recording(
    group: rule_files.RuleGroup,
    rule: rule_files.RecordingRule,
    expression: ast.Expression,
    interval: float,
) -> chains.Recording:
    return chains.Recording(
        record=rule.record.text,
        expression=expression,
        labels=_labels(group, rule),
        interval=interval,
    )
