"""What checks look at: everything that was read, with its expressions parsed."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sightline.checks import expressions, knowledge, policies
from sightline.formats import (
    alertmanager_config,
    dashboards,
    estates,
    prometheus_config,
    rule_files,
)
from sightline.model import units
from sightline.promql import recording, templating

__all__ = ["Alert", "Query", "Record", "Subject", "examine"]

_METADATA: Final = frozenset({"priority", "severity"})
_PROMETHEUS: Final = frozenset({"prometheus", "DataQuery"})


_Configuration = (
    alertmanager_config.AlertmanagerConfig | prometheus_config.PrometheusConfig
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A recording rule with its surroundings."""

    rule: rule_files.RecordingRule
    group: rule_files.RuleGroup
    file: rule_files.RuleFile
    expression: expressions.Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alerting rule with its surroundings."""

    rule: rule_files.AlertingRule
    group: rule_files.RuleGroup
    file: rule_files.RuleFile
    expression: expressions.Expression

    @property
    def name(self) -> str:
        """The alert's name."""
        return self.rule.alert.text

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels that the file gives every instance, its name among them.

        Those that a template fills are left out: nobody knows their value.
        """
        written = {**self.group.labels, **self.rule.labels}
        known = {
            name: text.text for name, text in written.items() if "{{" not in text.text
        }
        return {**known, "alertname": self.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query of a dashboard; its `panel` is `None` for an annotation."""

    query: dashboards.Query
    panel: dashboards.Panel | None
    dashboard: dashboards.Dashboard
    expression: expressions.Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Everything that is looked at together.

    Attributes:
        knowledge: what is certain of the expressions.
        routed_labels: those that Alertmanager's routes and inhibit rules look at.
    """

    estate: estates.Estate
    policy: policies.Policy
    alerts: tuple[Alert, ...]
    records: tuple[Record, ...]
    queries: tuple[Query, ...]
    knowledge: knowledge.Knowledge
    routed_labels: frozenset[str]

    @property
    def rules(self) -> "tuple[Alert | Record, ...]":
        """Every rule."""
        return (*self.records, *self.alerts)

    @property
    def configurations(self) -> "tuple[_Configuration, ...]":
        """The configurations of all servers."""
        return (*self.estate.alertmanagers, *self.estate.prometheus)

    @property
    def expressions(self) -> Iterator[expressions.Expression]:
        """Every expression of rules and panels."""
        for rule in self.rules:
            yield rule.expression
        for query in self.queries:
            yield query.expression

    @property
    def server(self) -> prometheus_config.PrometheusConfig | None:
        """The one Prometheus that evaluates the rules; `None` if not just one."""
        servers = self.estate.prometheus
        return servers[0] if len(servers) == 1 else None

    def certain_labels(self, alert: Alert) -> Mapping[str, str]:
        """Gives the labels of the expression's result that have one certain value.

        An empty value says that the label is certainly not there.
        """
        result = self.knowledge.result(alert.expression)
        if result is None:
            return {}
        asked = {*result.labels.named, *_METADATA, *self.routed_labels}
        possible = {name: result.labels[name].values() for name in asked}
        return {
            name: min(texts)
            for name, texts in possible.items()
            if texts is not None and len(texts) == 1
        }

    def lacks_label(self, metric: str, label: str) -> bool:
        """Says whether it is certain that no series of a metric has a label."""
        known = self.knowledge.metrics.find(metric)
        return known is not None and not known.labels[label].may_be_present

    def evaluation(self, group: rule_files.RuleGroup) -> units.Duration | None:
        """Gives the time between two evaluations of a group, where it is known."""
        if group.interval is not None:
            return group.interval.content
        return None if self.server is None else self.server.evaluation

    @property
    def scraping(self) -> units.Duration | None:
        """The time between two scrapes, where it is known."""
        if self.policy.scrape_interval is not None:
            return self.policy.scrape_interval
        return None if self.server is None else self.server.scraping()


def examine(
    estate: estates.Estate,
    policy: policies.Policy,
    parser: expressions.Parser | None = None,
) -> Subject:
    """Gives what checks look at in files that were read.

    Args:
        estate: the files.
        policy: what is known beside them.
        parser: one that has parsed many of the expressions already.
    """
    parser = parser or expressions.Parser()
    alerts: list[Alert] = []
    records: list[Record] = []
    for file in estate.rule_files:
        for group in file.groups:
            for rule in group.rules:
                parsed = parser.parse(rule.expr)
                match rule:
                    case rule_files.AlertingRule():
                        alerts.append(
                            Alert(rule=rule, group=group, file=file, expression=parsed)
                        )
                    case rule_files.RecordingRule():
                        records.append(
                            Record(rule=rule, group=group, file=file, expression=parsed)
                        )
    return Subject(
        estate=estate,
        policy=_with_priority(policy, alerts),
        alerts=tuple(alerts),
        records=tuple(records),
        queries=tuple(_queries(estate, parser)),
        knowledge=knowledge.Knowledge(policy.metrics, _recordings(records)),
        routed_labels=frozenset(_routed_labels(estate)),
    )


def _recordings(records: list[Record]) -> Iterator[recording.Recording]:
    for record in records:
        if record.expression.tree is not None:
            written = {**record.group.labels, **record.rule.labels}
            interval = record.group.interval
            yield recording.Recording(
                record=record.rule.record.text,
                tree=record.expression.tree,
                labels={name: text.text for name, text in written.items()},
                origin=f"recording rule in {record.rule.record.span}",
                interval_seconds=None if interval is None else interval.content.seconds,
            )


def _routed_labels(estate: estates.Estate) -> Iterator[str]:
    for config in estate.alertmanagers:
        for route in () if config.route is None else config.route.walk():
            for condition in route.matchers:
                yield condition.label
        for rule in config.inhibit_rules:
            for condition in (*rule.sources, *rule.targets):
                yield condition.label
            yield from rule.equal


def _with_priority(policy: policies.Policy, alerts: list[Alert]) -> policies.Policy:
    """Gives the policy with the label that most alerts say their urgency with."""
    if policy.priority_label is not None or not alerts:
        return policy
    used = Counter(name for alert in alerts for name in _METADATA & set(alert.labels))
    for name, count in sorted(used.items()):
        if 2 * count >= len(alerts):
            return policies.with_label(policy, name)
    return policy


def _queries(estate: estates.Estate, parser: expressions.Parser) -> Iterator[Query]:
    for board in estate.dashboards:
        variables = {
            **templating.GRAFANA,
            **{variable.name: _stand_in(variable) for variable in board.variables},
        }
        found = [
            (panel, query) for panel in board.panels for query in panel.queries
        ] + [(None, query) for query in board.annotations]
        for panel, query in found:
            if query.source_kind is None or query.source_kind in _PROMETHEUS:
                yield Query(
                    query=query,
                    panel=panel,
                    dashboard=board,
                    expression=parser.parse(query.expr, variables),
                )


def _stand_in(variable: dashboards.Variable) -> str:
    """Gives what may stand for a variable outside of quotes."""
    return "5m" if variable.kind == "interval" else "1"
