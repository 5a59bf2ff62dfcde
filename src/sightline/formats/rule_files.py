"""Prometheus rule files: groups of rules, each field with its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sightline.formats import fields, nodes, reporting, texts
from sightline.model import spans, units

__all__ = ["AlertingRule", "RecordingRule", "Rule", "RuleFile", "RuleGroup", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRule:
    """A rule that stores the result of `expr` under the name `record`."""

    record: texts.Text
    expr: texts.Text
    labels: Mapping[str, texts.Text]
    span: spans.Span


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertingRule:
    """A rule whose every result is an alert instance."""

    alert: texts.Text
    expr: texts.Text
    for_: texts.Placed[units.Duration] | None
    keep_firing_for: texts.Placed[units.Duration] | None
    labels: Mapping[str, texts.Text]
    annotations: Mapping[str, texts.Text]
    span: spans.Span


Rule = RecordingRule | AlertingRule


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    """Rules that are evaluated one after another.

    Attributes:
        interval: `None` where the server's evaluation interval holds.
        labels: added to every rule of the group.
    """

    name: texts.Text
    interval: texts.Placed[units.Duration] | None
    query_offset: texts.Placed[units.Duration] | None
    limit: texts.Placed[int] | None
    labels: Mapping[str, texts.Text]
    rules: tuple[Rule, ...]
    span: spans.Span


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """One rule file, or the `spec` of one PrometheusRule.

    Attributes:
        holder: the kind of the Kubernetes object that spells it out, if one does.
    """

    file: str
    groups: tuple[RuleGroup, ...]
    span: spans.Span
    holder: str = ""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule, in the order of the file."""
        return tuple(rule for group in self.groups for rule in group.rules)

    @property
    def alerting_rules(self) -> tuple[AlertingRule, ...]:
        """Every alerting rule, in the order of the file."""
        return tuple(rule for rule in self.rules if isinstance(rule, AlertingRule))


_ADDED: Final = frozenset({"partial_response_strategy", "source_tenants", "type"})
"""Keys of groups that Thanos, Mimir and VictoriaMetrics add to Prometheus' own.

https://thanos.io/tip/components/rule.md/ and
https://docs.victoriametrics.com/victoriametrics/vmalert/#groups
"""
_ADDED_BY_VMALERT: Final = frozenset(
    {
        "concurrency", "debug", "eval_alignment", "eval_delay", "eval_offset",
        "headers", "notifier_headers", "params", "tenant", "update_entries_limit",
    }
)  # fmt: skip


def read(
    node: nodes.Node,
    source: texts.Source,
    reporter: reporting.Reporter,
    holder: str = "",
) -> RuleFile:
    """Gives the rules in a document; what is wrong with any of them is reported.

    A rule that lacks what makes it one is left out of the answer, never the others.

    Args:
        node: the document.
        source: the text that it stands in.
        reporter: hears what is wrong.
        holder: the kind of the Kubernetes object that spells it out.
    """
    top = fields.Fields(node, source, reporter, what="a rule file")
    groups = tuple(
        _read_group(group) for group in top.each("groups", what="a rule group")
    )
    top.refuse_others({"namespace"})
    kept = tuple(group for group in groups if group is not None)
    return RuleFile(file=source.file, groups=kept, span=node.span, holder=holder)


def _read_group(group: fields.Fields) -> RuleGroup | None:
    name = group.require("name")
    rules = tuple(_read_rule(rule) for rule in group.each("rules", what="a rule"))
    found = {
        "interval": group.duration("interval"),
        "query_offset": group.duration("query_offset"),
    }
    limit, labels = group.whole("limit"), group.named_texts("labels")
    group.refuse_others(_ADDED | _ADDED_BY_VMALERT)
    if name is None:
        return None
    return RuleGroup(
        name=name,
        interval=found["interval"],
        query_offset=found["query_offset"],
        limit=limit,
        labels=labels,
        rules=tuple(rule for rule in rules if rule is not None),
        span=group.span,
    )


def _read_rule(rule: fields.Fields) -> Rule | None:
    expr, labels = rule.require("expr"), rule.named_texts("labels")
    if "record" in rule and "alert" not in rule:
        record = rule.require("record")
        rule.refuse_others({"debug", "update_entries_limit"})
        if record is None or expr is None:
            return None
        return RecordingRule(record=record, expr=expr, labels=labels, span=rule.span)
    alert = rule.require("alert")
    for_, keep = rule.duration("for"), rule.duration("keep_firing_for")
    annotations = rule.named_texts("annotations")
    rule.refuse_others({"debug", "update_entries_limit"})
    if alert is None or expr is None:
        return None
    return AlertingRule(
        alert=alert,
        expr=expr,
        for_=for_,
        keep_firing_for=keep,
        labels=labels,
        annotations=annotations,
        span=rule.span,
    )
