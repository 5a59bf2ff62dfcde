"""The rules of some files, and for each alert those that it needs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sightline.formats import rule_files
from sightline.model import spans
from sightline.promql import ast, parsing, walking
from sightline.proofs import charts, fixed

__all__ = [
    "Alert",
    "Record",
    "Rulebook",
    "may_select",
    "read_rulebook",
    "reads_series",
    "walk_ranges",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Record:
    """A recording rule with its expression as a tree.

    Attributes:
        known: labels that its series are sure to have.
    """

    name: str
    expr: str
    tree: ast.Expression
    labels: Mapping[str, str]
    known: Mapping[str, str]
    interval_seconds: float | None
    span: spans.Span


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Alert:
    """An alerting rule; `tree` is `None` when its expression is not analysed.

    Attributes:
        refusal: why there is no tree; empty when there is one.
    """

    name: str
    expr: str
    tree: ast.Expression | None
    refusal: str
    for_seconds: float
    keep_seconds: float
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    interval_seconds: float | None
    span: spans.Span


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules that are proven together.

    Attributes:
        alerts: in the order of the files.
        records: by the name of what they record.
        unread: the names of rules whose expressions are not analysed.
    """

    alerts: tuple[Alert, ...]
    records: Mapping[str, Sequence[Record]]
    unread: frozenset[str] = frozenset()

    def direct(self, tree: ast.Expression) -> Sequence[Record]:
        """Gives the recording rules whose series an expression may read."""
        found: dict[Record, None] = {}
        for selector in walking.selectors(tree):
            for record in self.records.get(selector.metric or "", ()):
                if may_select(selector, record):
                    found[record] = None
        return tuple(found)


def read_rulebook(files: Sequence[rule_files.RuleFile]) -> Rulebook:
    """Gives the rules of some rule files."""
    alerts: list[Alert] = []
    unread: set[str] = set()
    records: dict[str, list[Record]] = {}
    for group in (group for file in files for group in file.groups):
        for rule in group.rules:
            if isinstance(rule, rule_files.AlertingRule):
                alerts.append(_read_alert(rule, group))
            elif (record := _read_record(rule, group)) is not None:
                records.setdefault(record.name, []).append(record)
            else:
                unread.add(rule.record.text)
    unread.update(alert.name for alert in alerts if alert.tree is None)
    return Rulebook(tuple(alerts), records, frozenset(unread))


def _read_alert(rule: rule_files.AlertingRule, group: rule_files.RuleGroup) -> Alert:
    tree, refusal = _parse(rule.expr.text)
    return Alert(
        name=rule.alert.text,
        expr=rule.expr.text,
        tree=tree,
        refusal=refusal,
        for_seconds=rule.for_.content.seconds if rule.for_ else 0.0,
        keep_seconds=(
            rule.keep_firing_for.content.seconds if rule.keep_firing_for else 0.0
        ),
        labels=_labels(group, rule),
        annotations={name: text.text for name, text in rule.annotations.items()},
        interval_seconds=group.interval.content.seconds if group.interval else None,
        span=rule.alert.span,
    )


def _read_record(
    rule: rule_files.RecordingRule, group: rule_files.RuleGroup
) -> Record | None:
    tree, _ = _parse(rule.expr.text)
    if tree is None:
        return None
    labels = _labels(group, rule)
    return Record(
        name=rule.record.text,
        expr=rule.expr.text,
        tree=tree,
        labels=labels,
        known={**fixed.fixed_labels(tree), **labels},
        interval_seconds=group.interval.content.seconds if group.interval else None,
        span=rule.record.span,
    )


def _labels(group: rule_files.RuleGroup, rule: rule_files.Rule) -> Mapping[str, str]:
    texts = {**group.labels, **rule.labels}
    return {name: text.text for name, text in texts.items()}


def _parse(text: str) -> tuple[ast.Expression | None, str]:
    try:
        return parsing.parse(text), ""
    except parsing.NotAnalysed as refusal:
        return None, f"not analysed: {refusal.reason}"
    except parsing.InvalidExpression as mistake:
        return None, f"not an expression: {mistake.reason}"


def may_select(selector: ast.VectorSelector, record: Record) -> bool:
    """Whether a selector may read what a rule records, as far as labels are known."""
    return all(
        charts.matches_pattern(matcher, record.known[matcher.label])
        for matcher in selector.matchers
        if matcher.label in record.known
    )


def walk_ranges(
    tree: ast.Expression,
) -> Iterator[tuple[ast.VectorSelector, float, float]]:
    """Gives each selector with the ranges around it and the offsets, in seconds."""
    yield from _walk(tree, 0.0, 0.0)


def _walk(
    node: ast.Expression, ranged: float, offset: float
) -> Iterator[tuple[ast.VectorSelector, float, float]]:
    match node:
        case ast.VectorSelector():
            yield node, ranged, offset + max(node.offset_seconds, 0.0)
        case ast.MatrixSelector():
            yield from _walk(node.selector, ranged + node.range_seconds, offset)
        case ast.Subquery():
            yield from _walk(
                node.operand,
                ranged + node.range_seconds,
                offset + max(node.offset_seconds, 0.0),
            )
        case _:
            for child in walking.children(node):
                yield from _walk(child, ranged, offset)


def reads_series(tree: ast.Expression) -> bool:
    """Whether an expression depends on any series at all."""
    return any(True for _ in walking.selectors(tree))
