"""An inhibit rule by which a less urgent alert hides a page.

Why: inhibition works on labels, without a thought of urgency. A warning that mutes a
critical alert leaves nobody paged for as long as the warning lasts.

Bad::

    inhibit_rules:
      - source_matchers: ['severity="warning"']
        target_matchers: ['severity="critical"']

Good::

    inhibit_rules:
      - source_matchers: ['severity="critical"']
        target_matchers: ['severity="warning"']
        equal: [service]
"""

from collections.abc import Iterator, Mapping
from typing import Final

from sightline.checks import declarations, policies, subjects
from sightline.checks.routing import label_values
from sightline.formats import alertmanager_config
from sightline.model import findings

__all__ = ["CHECK", "find"]


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives inhibit rules with a pair of alerts, the hidden one being more urgent."""
    alerts = label_values.routables(subject) or tuple(_any_alerts())
    for config in subject.estate.alertmanagers:
        for rule in config.inhibit_rules:
            pair = _hidden_page(rule, alerts, subject.policy)
            if pair is not None:
                source, target = pair
                yield declarations.Problem(
                    span=rule.span,
                    message="expected a source that is at least as urgent as what it "
                    f"hides, found {_say(source)} hiding {_say(target)}",
                    hint="turn the rule round, or leave the more urgent alerts out of "
                    "its targets",
                )


def _any_alerts() -> Iterator[label_values.Routable]:
    """Gives one alert of each usual urgency, for files without rules."""
    for label in ("severity", "priority"):
        for urgency in policies.usual_order(label):
            yield label_values.Routable(None, {label: urgency}, is_closed=True)


def _hidden_page(
    rule: alertmanager_config.InhibitRule,
    alerts: tuple[label_values.Routable, ...],
    policy: policies.Policy,
) -> tuple[label_values.Routable, label_values.Routable] | None:
    sources = _distinct(rule, alerts, policy, of_sources=True)
    targets = _distinct(rule, alerts, policy, of_sources=False)
    for (source_label, source_rank, shared), source in sources.items():
        for (target_label, target_rank, equal), target in targets.items():
            if (
                source_label == target_label
                and target_rank < source_rank
                and _may_agree(shared, equal)
            ):
                return source, target
    return None


_Key = tuple[str, int, tuple[tuple[str, str], ...]]


def _distinct(
    rule: alertmanager_config.InhibitRule,
    alerts: tuple[label_values.Routable, ...],
    policy: policies.Policy,
    *,
    of_sources: bool,
) -> Mapping[_Key, label_values.Routable]:
    """Gives the alerts on one side, one for each way in which they matter."""
    found: dict[_Key, label_values.Routable] = {}
    for alert in alerts:
        if alert.judge(rule.sources if of_sources else rule.targets) is False:
            continue
        # An alert that matches both sides hides no other that does: not a target.
        if not of_sources and alert.judge(rule.sources) is True:
            continue
        ranked = _rank(alert.labels, policy)
        if ranked is not None:
            shared = tuple(
                (label, alert.labels[label])
                for label in rule.equal
                if label in alert.labels
            )
            found.setdefault((*ranked, shared), alert)
    return found


def _rank(labels: Mapping[str, str], policy: policies.Policy) -> tuple[str, int] | None:
    """Gives the label that says how urgent an alert is, and its place in the order."""
    for label in (policy.priority_label, "priority", "severity"):
        if label is not None and labels.get(label):
            rank = policy.rank(label, labels[label])
            if rank is not None:
                return label, rank
    return None


def _may_agree(
    left: tuple[tuple[str, str], ...], right: tuple[tuple[str, str], ...]
) -> bool:
    other = dict(right)
    return all(other.get(label, text) == text for label, text in left)


def _say(alert: label_values.Routable) -> str:
    urgency = next(
        (
            f"{label} {alert.labels[label]}"
            for label in ("priority", "severity")
            if alert.labels.get(label)
        ),
        "",
    )
    return f"{alert.alert.name} ({urgency})" if alert.alert else f"any {urgency}"


CHECK: Final = declarations.Check(
    name="hiding-inhibition",
    summary="an inhibit rule by which a less urgent alert hides a page",
    severity=findings.FindingSeverity.ERROR,
    find=find,
)
