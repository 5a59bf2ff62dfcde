"""Routing proofs: whom every alert reaches, under every label value that matters.

The labels are those with which the engine fired the alert. Where the routing tree asks
about a label that comes from the series, the alert is walked once with each text that
the tree asks for.
"""

import asyncio
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from sightline.clients import tools
from sightline.formats import alertmanager_config, matchers
from sightline.model import findings
from sightline.promql import patterns
from sightline.proofs import verdicts

__all__ = ["Promises", "compare", "walk"]

_MOST_VARIANTS = 32
_AT_ONCE = 4
"""So many runs of amtool go on at once."""


class Promises(Protocol):
    """What somebody was promised of alerts."""

    def channels(self, labels: Mapping[str, str]) -> frozenset[str] | None:
        """Gives the integrations that must be reached, or `None` for no promise."""
        ...

    def may_hide(self, source: Mapping[str, str], target: Mapping[str, str]) -> bool:
        """Whether one alert may be silenced because another fires."""
        ...


def walk(
    config: alertmanager_config.AlertmanagerConfig,
    fired: Sequence[verdicts.Fired],
    promises: Promises,
) -> Sequence[verdicts.Routing]:
    """Gives the receivers of every alert and variant, with what is wrong about them."""
    if config.route is None:
        return ()
    root = config.route
    asked = _asked_texts(root)
    found = []
    for one in fired:
        for labels in _variants(one, asked):
            routes = root.matching(labels)
            found.append(_judge(config, one, labels, routes, promises))
    return [*found, *_judge_inhibition(config, fired, promises)]


def _asked_texts(
    root: alertmanager_config.Route,
) -> Mapping[str, Sequence[str]]:
    """Gives, by label, the texts that the tree tells apart."""
    found: dict[str, dict[str, None]] = {}
    for route in root.walk():
        for matcher in route.matchers:
            for text in _spelled(matcher):
                found.setdefault(matcher.label, {})[text] = None
    return {label: tuple(texts) for label, texts in found.items()}


def _spelled(matcher: matchers.Matcher) -> Sequence[str]:
    if matcher.sign in {"=", "!="}:
        return (matcher.pattern,)
    return patterns.alternatives(matcher.pattern) or ()


def _variants(
    one: verdicts.Fired, asked: Mapping[str, Sequence[str]]
) -> Iterator[Mapping[str, str]]:
    varied = [
        label for label in asked if label in one.labels and label not in one.fixed
    ]
    choices = [(one.labels[label], *asked[label]) for label in varied]
    for texts in itertools.islice(itertools.product(*choices), _MOST_VARIANTS):
        yield {**one.labels, **dict(zip(varied, texts, strict=True))}


def _judge(
    config: alertmanager_config.AlertmanagerConfig,
    one: verdicts.Fired,
    labels: Mapping[str, str],
    routes: Sequence[alertmanager_config.Route],
    promises: Promises,
) -> verdicts.Routing:
    channels = sorted(
        {
            kind
            for route in routes
            if route.receiver in config.receivers
            for kind in config.receivers[route.receiver].channels
        }
    )
    return verdicts.Routing(
        alert=one.alert,
        labels=tuple(sorted(labels.items())),
        receivers=tuple(route.receiver for route in routes),
        channels=tuple(channels),
        problem=_problem(labels, routes, frozenset(channels), promises),
    )


def _problem(
    labels: Mapping[str, str],
    routes: Sequence[alertmanager_config.Route],
    channels: frozenset[str],
    promises: Promises,
) -> str:
    promised = promises.channels(labels)
    if promised is None:
        return "" if channels else "reaches nobody: its receiver sends nothing"
    if channels != promised:
        return f"reaches {_list(channels)}, promised: {_list(promised)}"
    urgent = [route for route in routes if route.muted_by and not route.matchers]
    if urgent and promised:
        return "is muted by a calendar whatever its labels"
    return ""


def _list(channels: frozenset[str]) -> str:
    return ", ".join(sorted(channels)) or "nobody"


def _judge_inhibition(
    config: alertmanager_config.AlertmanagerConfig,
    fired: Sequence[verdicts.Fired],
    promises: Promises,
) -> Iterator[verdicts.Routing]:
    """Gives the alerts that another one silences although it must not."""
    for source in fired:
        rules = [
            rule
            for rule in config.inhibit_rules
            if matchers.match_all(rule.sources, source.labels)
        ]
        for target in fired if rules else ():
            if target is not source:
                yield from _judge_pair(source, target, rules, promises)


def _judge_pair(
    source: verdicts.Fired,
    target: verdicts.Fired,
    rules: Sequence[alertmanager_config.InhibitRule],
    promises: Promises,
) -> Iterator[verdicts.Routing]:
    for rule in rules:
        # As bad as can be: the labels that must be equal are.
        shared = {
            label: source.labels[label]
            for label in rule.equal
            if label in source.labels and label not in target.fixed
        }
        labels = {**target.labels, **shared}
        if rule.hides(source.labels, labels) and not promises.may_hide(
            source.labels, labels
        ):
            yield verdicts.Routing(
                alert=target.alert,
                labels=tuple(sorted(labels.items())),
                receivers=(),
                channels=(),
                problem=f"is silenced while {source.alert} fires",
            )


async def compare(
    amtool: tools.Amtool,
    file: Path,
    root: alertmanager_config.Route,
    routings: Sequence[verdicts.Routing],
) -> Iterator[str]:
    """Gives where amtool routes otherwise than our walk, each question once."""
    asked = {
        label for route in root.walk() for label in (m.label for m in route.matchers)
    }
    questions: dict[tuple[tuple[str, str], ...], tuple[str, ...]] = {}
    for routing in routings:
        told = tuple(pair for pair in routing.labels if pair[0] in asked)
        if routing.receivers:
            questions.setdefault(told, routing.receivers)
    gate = asyncio.Semaphore(_AT_ONCE)

    async def ask(labels: Mapping[str, str]) -> tools.Outcome:
        async with gate:
            return await amtool.test_routes(file, labels)

    said = await asyncio.gather(*(ask(dict(labels)) for labels in questions))
    return _differences(questions, said)


def _differences(
    questions: Mapping[tuple[tuple[str, str], ...], tuple[str, ...]],
    said: Sequence[tools.Outcome],
) -> Iterator[str]:
    for (labels, receivers), outcome in zip(questions.items(), said, strict=True):
        if isinstance(outcome, findings.NotChecked):
            yield outcome.reason
            return
        reached = tuple(outcome.output.strip().split(","))
        if outcome.is_accepted and reached != receivers:
            yield (
                f"amtool routes {dict(labels)} to {', '.join(reached)}, "
                f"our walk to {', '.join(receivers)}"
            )
