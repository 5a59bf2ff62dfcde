"""The fifth line: every alert is loaded as built, can fire, and reaches people."""

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from sightline.clients import prometheus
from sightline.loaded import rules as loaded_rules
from sightline.model import names
from sightline.promql import expressions
from sightline.verify import (
    alert_routes,
    built,
    checks,
    expectations,
    first_evaluations,
    gathering,
    youth,
)

__all__ = ["probe"]

_TEMPLATE: Final = "{{"
_SERVICE_TEMPLATE: Final = re.compile(r"\{\{\s*\$labels\.service\s*\}\}")


async def probe(
    server: prometheus.Prometheus,
    artifacts: built.Built,
    expected: expectations.Expectations,
    young: youth.Youth,
) -> checks.Check:
    """Gives the line `All alerts: configured`."""
    evidence = await gathering.gather(
        _look_at_rules(server, artifacts, young.pending),
        _look_at_series(server, artifacts, expected.sourceless, young),
        _walk_routes(artifacts, expected),
    )
    return checks.Check(subject=checks.Subject.ALERTS, evidence=evidence)


async def _look_at_rules(
    server: prometheus.Prometheus,
    artifacts: built.Built,
    pending: first_evaluations.Pending,
) -> list[checks.Evidence]:
    await server.check_ready()
    loaded = await server.fetch_rule_groups()
    return [*_judge_rules(artifacts, loaded), *_judge_pending(pending)]


async def _look_at_series(
    server: prometheus.Prometheus,
    artifacts: built.Built,
    sourceless: frozenset[names.AlertName],
    young: youth.Youth,
) -> list[checks.Evidence]:
    await server.check_ready()  # a silent server is one reason, given once
    able = [rule for rule in artifacts.alerting_rules if rule.alert not in sourceless]
    found = await _look_at_metrics(server, able, young)
    return [*found, *_name_sourceless(sourceless)]


def _name_sourceless(alerts: frozenset[names.AlertName]) -> Iterator[checks.Evidence]:
    if alerts:
        count = gathering.count(len(alerts), "alert")
        listed = gathering.list_some(sorted(alerts))
        yield checks.passed(f"{count} without a source here, as declared: {listed}")


def _judge_rules(
    artifacts: built.Built, loaded: Iterable[prometheus.RuleGroup]
) -> Iterator[checks.Evidence]:
    problems = loaded_rules.find_differences(artifacts.groups, loaded)
    if problems:
        yield checks.failed(gathering.list_some(problems))
        return
    alerting = len(artifacts.alerting_rules)
    rules = gathering.count(alerting, "rule")
    yield checks.passed(f"{rules} loaded and equal", is_figure=True)
    others = gathering.count(len(artifacts.rules) - alerting, "recording rule")
    yield checks.passed(f"{others} loaded and equal")


def _judge_pending(pending: first_evaluations.Pending) -> Iterator[checks.Evidence]:
    if pending.overdue:
        rules = gathering.count(len(pending.overdue), "rule")
        listed = gathering.list_some(pending.overdue)
        yield checks.failed(f"{rules} never evaluated: {listed}")
    if pending.due:
        rules = gathering.count(len(pending.due), "rule")
        seconds = f"{pending.due_within_seconds:.0f} s"
        yield checks.passed(f"first evaluation of {rules} due within {seconds}")


async def _look_at_metrics(
    server: prometheus.Prometheus,
    alerting: Iterable[built.Rule],
    young: youth.Youth,
) -> list[checks.Evidence]:
    """Looks for a series behind every name that an alert reads.

    An alert on a metric that nobody exposes is loaded, healthy, and never fires.
    """
    readers: dict[str, str] = {}
    for rule in alerting:
        for name in expressions.needed_names(rule.expr):
            readers.setdefault(name, rule.alert)
    if not readers:
        return [checks.passed("the alerts read no metric")]
    absent = readers.keys() - await youth.present_names(server, readers)
    early = absent & young.series
    return list(_judge_metrics(readers, absent - early, early))


def _judge_metrics(
    readers: Mapping[str, str], absent: Collection[str], early: Collection[str]
) -> Iterator[checks.Evidence]:
    """Judges the metrics that alerts read: absent, not recorded yet, or there."""
    if absent:
        listed = gathering.list_some(
            f"{name} (read by {readers[name]})" for name in sorted(absent)
        )
        yield checks.failed(f"alerts that cannot fire, for want of series: {listed}")
    elif there := len(readers) - len(early):
        metrics = gathering.count(there, "metric")
        yield checks.passed(f"{metrics} read by them, all with series")
    if early:
        metrics = gathering.count(len(early), "metric")
        listed = gathering.list_some(sorted(early))
        yield checks.passed(f"{metrics} read by them not recorded yet: {listed}")


async def _walk_routes(
    artifacts: built.Built, expected: expectations.Expectations
) -> list[checks.Evidence]:
    routes = alert_routes.read_routes(artifacts.alertmanager)
    problems = dict.fromkeys(
        problem
        for rule in artifacts.alerting_rules
        for labels in _possible_labels(rule, expected.services)
        for problem in _judge_route(rule, labels, routes, expected)
    )
    if problems:
        return [checks.failed(gathering.list_some(problems))]
    count = len(artifacts.alerting_rules)
    return [
        checks.passed(
            f"{count} routed to the channels of their priority", is_figure=True
        )
    ]


def _possible_labels(
    rule: built.Rule, services: Iterable[str]
) -> Iterator[Mapping[str, str]]:
    """Gives the label sets that the rule's alerts can have, as far as routes look.

    A label that a template fills is tried with every service where the template is
    the service's name, and is left out otherwise.
    """
    fixed = {"alertname": rule.alert}
    by_service = []
    for label, text in rule.labels.items():
        if _SERVICE_TEMPLATE.fullmatch(text):
            by_service.append(label)
        elif _TEMPLATE not in text:
            fixed[label] = text
    if "service" in fixed:
        yield fixed
        return
    for service in itertools.chain(services, ("",)):
        yield {**fixed, "service": service, **dict.fromkeys(by_service, service)}


def _judge_route(
    rule: built.Rule,
    labels: Mapping[str, str],
    routes: alert_routes.Routes,
    expected: expectations.Expectations,
) -> Iterator[str]:
    receivers = routes.receivers_of(labels)
    channels = sorted(
        channel for name in receivers for channel in routes.channels.get(name, ())
    )
    if rule.alert in expected.heartbeats:
        promised = ["webhook"]
    elif rule.alert in expected.escalations:
        promised = ["pagerduty"]
    else:
        promised = sorted(expected.channels.get(labels.get("priority", ""), ()))
    if channels != promised:
        found = ", ".join(channels) or "nobody"
        wanted = ", ".join(promised) or "nobody"
        by = ", ".join(receivers)
        yield f"{rule.alert} reaches {found} by {by}, expected {wanted}"
