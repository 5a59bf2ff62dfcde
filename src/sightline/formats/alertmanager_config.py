"""Alertmanager's configuration: routes, receivers and inhibit rules, with places."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sightline.formats import fields, matchers, nodes, reporting, texts
from sightline.model import spans, units

__all__ = [
    "AlertmanagerConfig",
    "InhibitRule",
    "Integration",
    "Receiver",
    "Route",
    "Timing",
    "read",
]

_SUFFIX: Final = "_configs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When the notifications of a group are sent, and what makes a group."""

    group_by: tuple[str, ...]
    group_wait: units.Duration
    group_interval: units.Duration
    repeat_interval: units.Duration


_DEFAULTS: Final = Timing(
    group_by=(),
    group_wait=units.Duration.parse("30s"),
    group_interval=units.Duration.parse("5m"),
    repeat_interval=units.Duration.parse("4h"),
)
"""https://prometheus.io/docs/alerting/latest/configuration/#route"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A node of the tree; what the file leaves out is inherited from above.

    Attributes:
        receiver: its own or the inherited one; empty when no route names one.
        receiver_span: where that is written; the route's place when inherited.
        muted_by: the time intervals in which it sends nothing.
    """

    receiver: str
    receiver_span: spans.Span
    matchers: tuple[matchers.Matcher, ...]
    timing: Timing
    continues: bool
    muted_by: tuple[texts.Text, ...]
    active_in: tuple[texts.Text, ...]
    routes: tuple["Route", ...]
    span: spans.Span

    def walk(self) -> "Iterator[Route]":
        """Gives the route and all below it."""
        yield self
        for route in self.routes:
            yield from route.walk()

    def matching(self, labels: Mapping[str, str]) -> "tuple[Route, ...]":
        """Gives the routes that send an alert with these labels, in order."""
        if not matchers.match_all(self.matchers, labels):
            return ()
        found: list[Route] = []
        for route in self.routes:
            below = route.matching(labels)
            found += below
            if below and not route.continues:
                break
        return tuple(found) or (self,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """One way in which a receiver sends.

    Attributes:
        kind: `pagerduty`, `webhook`, `email`, …
        settings: every scalar in it, by its path such as `http_config.proxy_url`.
    """

    kind: str
    settings: Mapping[str, texts.Text]
    span: spans.Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Where notifications go; one without integrations sends nothing."""

    name: texts.Text
    integrations: tuple[Integration, ...]
    span: spans.Span

    @property
    def channels(self) -> frozenset[str]:
        """The kinds of its integrations."""
        return frozenset(integration.kind for integration in self.integrations)


@dataclass(frozen=True, slots=True, kw_only=True)
class InhibitRule:
    """While an alert matches `sources`, those that match `targets` are not sent."""

    sources: tuple[matchers.Matcher, ...]
    targets: tuple[matchers.Matcher, ...]
    equal: tuple[str, ...]
    span: spans.Span

    def hides(self, source: Mapping[str, str], target: Mapping[str, str]) -> bool:
        """Whether an alert with the labels `source` hides one with `target`.

        An alert never hides itself, nor one that matches both sides alike.
        """
        return (
            matchers.match_all(self.sources, source)
            and matchers.match_all(self.targets, target)
            and not matchers.match_all(self.sources, target)
            and all(
                source.get(label, "") == target.get(label, "") for label in self.equal
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertmanagerConfig:
    """One Alertmanager's configuration.

    Attributes:
        templates: patterns of the files with its templates, relative to the file.
        settings: every scalar under `global`, by its path.
        is_partial: an AlertmanagerConfig object, which an operator merges with others.
    """

    file: str
    route: Route | None
    receivers: Mapping[str, Receiver]
    inhibit_rules: tuple[InhibitRule, ...]
    templates: tuple[texts.Text, ...]
    time_intervals: tuple[texts.Text, ...]
    settings: Mapping[str, texts.Text]
    is_partial: bool
    source: texts.Source
    node: nodes.Node
    span: spans.Span


def read(
    node: nodes.Node,
    source: texts.Source,
    reporter: reporting.Reporter,
    *,
    is_partial: bool = False,
) -> AlertmanagerConfig:
    """Gives what a configuration says; what cannot be read of it is reported."""
    top = fields.Fields(node, source, reporter, what="Alertmanager's configuration")
    route = top.inner("route", what="`route`")
    receivers = [
        receiver
        for entry in top.each("receivers", what="a receiver")
        if (receiver := _read_receiver(entry)) is not None
    ]
    everywhere = top.take("global")
    return AlertmanagerConfig(
        file=source.file,
        route=None if route is None else _read_route(route, reporter),
        receivers={receiver.name.text: receiver for receiver in receivers},
        inhibit_rules=tuple(
            _read_inhibit_rule(entry, reporter)
            for entry in top.each("inhibit_rules", what="an inhibit rule")
        ),
        templates=top.list_of_texts("templates"),
        time_intervals=tuple(_names(top, "time_intervals", "mute_time_intervals")),
        settings={} if everywhere is None else dict(_scalars(everywhere, source)),
        is_partial=is_partial,
        source=source,
        node=node,
        span=node.span,
    )


def _names(top: fields.Fields, *keys: str) -> Iterator[texts.Text]:
    for key in keys:
        for entry in top.each(key, what="a time interval"):
            if name := entry.require("name"):
                yield name


def _read_route(
    entry: fields.Fields,
    reporter: reporting.Reporter,
    *,
    inherited: str = "",
    timing: Timing = _DEFAULTS,
) -> Route:
    named = entry.text("receiver")
    receiver = inherited if named is None else named.text
    timing = _read_timing(entry, timing)
    return Route(
        receiver=receiver,
        receiver_span=entry.span if named is None else named.span,
        matchers=matchers.read(entry, reporter),
        timing=timing,
        continues=entry.flag("continue", default=False),
        muted_by=entry.list_of_texts("mute_time_intervals"),
        active_in=entry.list_of_texts("active_time_intervals"),
        routes=tuple(
            _read_route(child, reporter, inherited=receiver, timing=timing)
            for child in entry.each("routes", what="a route")
        ),
        span=entry.span,
    )


def _read_timing(entry: fields.Fields, inherited: Timing) -> Timing:
    def chosen(key: str, otherwise: units.Duration) -> units.Duration:
        placed = entry.duration(key)
        return otherwise if placed is None else placed.content

    labels = tuple(text.text for text in entry.list_of_texts("group_by"))
    return Timing(
        group_by=labels if "group_by" in entry else inherited.group_by,
        group_wait=chosen("group_wait", inherited.group_wait),
        group_interval=chosen("group_interval", inherited.group_interval),
        repeat_interval=chosen("repeat_interval", inherited.repeat_interval),
    )


def _read_receiver(entry: fields.Fields) -> Receiver | None:
    name = entry.require("name")
    if name is None:
        return None
    integrations = tuple(
        Integration(
            kind=key.removesuffix(_SUFFIX),
            settings=dict(_scalars(node, entry.source)),
            span=node.span,
        )
        for key in entry.node.pairs
        if key.endswith(_SUFFIX)
        for node in entry.items(key)
    )
    return Receiver(name=name, integrations=integrations, span=entry.span)


def _read_inhibit_rule(
    entry: fields.Fields, reporter: reporting.Reporter
) -> InhibitRule:
    return InhibitRule(
        sources=matchers.read(entry, reporter, prefix="source_"),
        targets=matchers.read(entry, reporter, prefix="target_"),
        equal=tuple(text.text for text in entry.list_of_texts("equal")),
        span=entry.span,
    )


def _scalars(
    node: nodes.Node, source: texts.Source, path: str = ""
) -> Iterator[tuple[str, texts.Text]]:
    match node:
        case nodes.ScalarNode():
            yield path, texts.Text.of(node, source)
        case nodes.SequenceNode():
            for index, item in enumerate(node.items):
                yield from _scalars(item, source, f"{path}[{index}]")
        case nodes.MappingNode():
            for key, pair in node.pairs.items():
                inner = f"{path}.{key}" if path else key
                yield from _scalars(pair.node, source, inner)
