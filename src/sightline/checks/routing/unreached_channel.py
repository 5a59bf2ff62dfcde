"""Alerts of a priority do not reach what is promised for that priority.

Why: "a P0 goes to PagerDuty, the webhook and e-mail" is a sentence in a document; what
happens stands in the routing tree. The walk follows each alert with all its labels.

Bad, where three channels are promised for `critical`::

    routes:
      - {matchers: ['severity="critical"'], receiver: pager}
    receivers:
      - {name: pager, pagerduty_configs: [{routing_key_file: key}]}

Good: give the receiver all three, or let routes `continue`.

The promise comes from the spec, or from `promises` in `sightline-check.yaml`.
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.checks.routing import label_values
from sightline.formats import alertmanager_config
from sightline.model import findings

__all__ = ["CHECK", "find"]


def find(
    subject: subjects.Subject,
) -> Iterator[declarations.Problem | findings.NotChecked]:
    """Gives receivers that miss channels, or have others, for the alerts they get."""
    policy = subject.policy
    if not subject.alerts or not subject.estate.alertmanagers:
        return
    promised = {
        urgency: promise.channels
        for urgency, promise in policy.promises.items()
        if promise.channels is not None
    }
    if not promised or policy.priority_label is None:
        yield findings.NotChecked(
            subject="promised channels",
            reason="nobody declares which channels a priority promises",
        )
        return
    for config in subject.estate.alertmanagers:
        if config.route is None or config.is_partial:
            continue
        yield from _judge(subject, config, config.route, promised)


def _judge(
    subject: subjects.Subject,
    config: alertmanager_config.AlertmanagerConfig,
    root: alertmanager_config.Route,
    promised: dict[str, frozenset[str]],
) -> Iterator[declarations.Problem | findings.NotChecked]:
    label = subject.policy.priority_label or ""
    walks = label_values.Walks(root)
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for one in label_values.routables(subject):
        urgency = one.labels.get(label, "")
        if urgency not in promised or one.alert is None:
            continue
        if one.alert.name in _HEARTBEATS:
            continue
        wanted = subject.policy.channels_of.get(one.alert.name, promised[urgency])
        reached = walks.outcomes(one)
        if reached is None:
            yield findings.NotChecked(
                subject=f"the routes of {one.alert.name}",
                reason="they depend on too many labels that nobody knows",
            )
            continue
        for routes in reached:
            names = tuple(dict.fromkeys(route.receiver for route in routes))
            found = frozenset(
                channel
                for name in names
                if name in config.receivers
                for channel in config.receivers[name].channels
            )
            key = (urgency, names)
            if found == wanted or key in seen:
                continue
            seen.add(key)
            yield declarations.Problem(
                span=routes[-1].receiver_span,
                message=f"expected {label} {urgency} to reach "
                f"{_say(wanted)}, found {_say(found)} for {one.alert.name}",
                hint=f"it is sent by {', '.join(names)}",
            )


def _say(channels: frozenset[str]) -> str:
    return " and ".join(sorted(channels)) or "no channel"


_HEARTBEATS: Final = frozenset({"Watchdog", "DeadMansSwitch", "InfoInhibitor"})

CHECK: Final = declarations.Check(
    name="unreached-channel",
    summary="alerts that do not reach what is promised for their priority",
    severity=findings.FindingSeverity.ERROR,
    find=find,
)
