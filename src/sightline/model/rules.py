"""Prometheus rules as they are written to a rule file."""

from collections.abc import Mapping
from dataclasses import dataclass

from sightline.model import names, units

__all__ = ["AlertingRule", "RecordingRule", "Rule", "RuleGroup"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRule:
    """A rule that stores the result of `expr` under a new name."""

    record: names.MetricName
    expr: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertingRule:
    """A rule whose every result is an alert instance."""

    alert: names.AlertName
    expr: str
    for_: units.Duration
    keep_firing_for: units.Duration | None
    labels: Mapping[str, str]
    annotations: Mapping[str, str]


Rule = RecordingRule | AlertingRule


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    """Rules that are evaluated together, in order."""

    name: str
    interval: units.Duration
    rules: tuple[Rule, ...]
