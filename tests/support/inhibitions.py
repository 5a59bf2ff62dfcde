"""Whether inhibition can ever lose an alert that people must hear of."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sightline.verify import alert_routes

__all__ = ["Alert", "Rule", "find_losses", "read_alerts", "read_rules"]

_PAGE = "P0"


@dataclass(frozen=True)
class Alert:
    """An alert as a rule raises it; labels that its series bring are not in it."""

    labels: Mapping[str, str]

    @property
    def priority(self) -> str:
        return self.labels["priority"]

    def may_match(self, matchers: Sequence[alert_routes.Matcher]) -> bool:
        """Whether some series could make the alert match: what is unknown may."""
        return all(
            matcher.matches(self.labels)
            for matcher in matchers
            if matcher.label in self.labels
        )


@dataclass(frozen=True, kw_only=True)
class Rule:
    """An inhibit rule: alerts that match `source` hide those that match `target`."""

    name: str
    source: tuple[alert_routes.Matcher, ...]
    target: tuple[alert_routes.Matcher, ...]
    equal: tuple[str, ...]


def read_alerts(rule_documents: Sequence[Mapping[str, Any]]) -> list[Alert]:
    """Gives the alerts of built rules, with the labels that are known beforehand."""
    return [
        Alert(
            {"alertname": str(rule["alert"])}
            | {
                label: str(text)
                for label, text in rule["labels"].items()
                if "{{" not in str(text)
            }
        )
        for rule in rule_documents
    ]


def read_rules(config: Mapping[str, Any]) -> list[Rule]:
    """Gives the inhibit rules of an Alertmanager configuration."""
    return [
        Rule(
            name=rule["name"],
            source=_parse(rule["source_matchers"]),
            target=_parse(rule["target_matchers"]),
            equal=tuple(rule["equal"]),
        )
        for rule in config["inhibit_rules"]
    ]


def find_losses(rules: Sequence[Rule], alerts: Sequence[Alert]) -> Iterator[str]:
    """Gives every way in which a page, or what is more urgent, could be hidden.

    It walks each rule over each pair of alerts that it could hold for, whatever their
    series are. Nothing found is a proof, for these rules and these alerts.
    """
    for rule in rules:
        causes = [alert for alert in alerts if alert.may_match(rule.source)]
        hidden = [alert for alert in alerts if alert.may_match(rule.target)]
        for cause, target in itertools.product(causes, hidden):
            if not _could_agree(cause, target, rule.equal):
                continue
            what = f"{rule.name}: {_name(cause)} hides {_name(target)}"
            if target.priority == _PAGE:
                yield f"{what}, a page"
            elif cause.priority > target.priority:
                yield f"{what}, which is more urgent"


def _parse(matchers: Sequence[str]) -> tuple[alert_routes.Matcher, ...]:
    return tuple(
        matcher for text in matchers for matcher in alert_routes.parse_matchers(text)
    )


def _could_agree(cause: Alert, target: Alert, equal: Sequence[str]) -> bool:
    return all(
        cause.labels.get(label, target.labels.get(label))
        == target.labels.get(label, cause.labels.get(label))
        for label in equal
    )


def _name(alert: Alert) -> str:
    return f"{alert.labels['alertname']} of {alert.priority}"
