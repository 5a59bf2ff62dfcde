"""Alerting rules as they are loaded, each with its way to people."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import yaml

from sightline import errors
from sightline.clients import prometheus
from sightline.model import units
from sightline.verify import alert_routes

__all__ = ["AlertRule", "Stop", "gather", "read_routes"]

DELIVERY_SECONDS: Final = 1.0
"""A receiver answers within a second, or its time-out is an error of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One route that takes an alert: who is told, through what, and how soon.

    Attributes:
        channels: integrations of the receiver; empty means that nobody is told.
        muted_by: time intervals in which nothing is sent.
    """

    receiver: str
    channels: tuple[str, ...]
    group_wait_seconds: float
    repeat_interval: str
    muted_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """An alerting rule of Prometheus, and where its alerts go.

    Attributes:
        expr: as Prometheus prints it.
        labels: without those that a template fills.
        worst_seconds: from the condition's begin to the first notification; `None`
            when nobody is told.
    """

    name: str
    group: str
    file: str
    expr: str
    state: str
    health: str
    last_error: str
    interval_seconds: float
    for_seconds: float
    keep_firing_seconds: float
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    stops: tuple[Stop, ...]
    worst_seconds: float | None


def read_routes(configuration: str) -> alert_routes.Routes:
    """Reads Alertmanager's configuration.

    Raises:
        InputError: it has no routing tree.
    """
    try:
        document = yaml.safe_load(configuration)
    except yaml.YAMLError as error:
        raise errors.InputError(f"alertmanager.yml: {error}") from error
    if not isinstance(document, dict):
        raise errors.InputError("alertmanager.yml: expected a mapping")
    return alert_routes.read_routes(document)


def gather(
    groups: Iterable[prometheus.RuleGroup],
    routes: alert_routes.Routes | None,
    scrape_interval: units.Duration,
) -> tuple[AlertRule, ...]:
    """Gives every alerting rule, by name and then by priority.

    Args:
        groups: as Prometheus has loaded them.
        routes: the routing tree; without it no rule has stops.
        scrape_interval: how old a sample may be when a rule is evaluated.
    """
    found = [
        _read(rule, group, routes, scrape_interval)
        for group in groups
        for rule in group.rules
        if isinstance(rule, prometheus.AlertingRule)
    ]
    return tuple(sorted(found, key=lambda rule: (rule.name, _priority(rule))))


def _priority(rule: AlertRule) -> str:
    return rule.labels.get("priority", "")


def _read(
    rule: prometheus.AlertingRule,
    group: prometheus.RuleGroup,
    routes: alert_routes.Routes | None,
    scrape_interval: units.Duration,
) -> AlertRule:
    labels = {name: text for name, text in rule.labels.items() if "{{" not in text}
    stops = () if routes is None else tuple(_walk(routes, rule.name, labels))
    waits = [stop.group_wait_seconds for stop in stops if stop.channels]
    evaluated = scrape_interval.seconds + group.interval + rule.duration
    return AlertRule(
        name=rule.name,
        group=group.name,
        file=group.file,
        expr=rule.query,
        state=rule.state,
        health=rule.health,
        last_error=rule.last_error,
        interval_seconds=group.interval,
        for_seconds=rule.duration,
        keep_firing_seconds=rule.keep_firing_for,
        labels=labels,
        annotations=rule.annotations,
        stops=stops,
        worst_seconds=evaluated + min(waits) + DELIVERY_SECONDS if waits else None,
    )


def _walk(
    routes: alert_routes.Routes, name: str, labels: Mapping[str, str]
) -> Iterator[Stop]:
    for route in routes.root.walk({"alertname": name, **labels}):
        yield Stop(
            receiver=route.receiver,
            channels=tuple(dict.fromkeys(routes.channels.get(route.receiver, ()))),
            group_wait_seconds=units.Duration.parse(route.group_wait).seconds,
            repeat_interval=route.repeat_interval,
            muted_by=route.muted_by,
        )
