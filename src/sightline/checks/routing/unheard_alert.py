"""A most urgent alert that is sent nowhere.

Why: a route to a receiver without integrations is a good place for alerts that are
only looked at. A page that falls into it is never seen.

Bad::

    route: {receiver: nowhere}
    receivers: [{name: nowhere}]

Good: a route for the most urgent alerts, to a receiver that sends.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, policies, subjects
from sightline.checks.routing import label_values
from sightline.formats import alertmanager_config
from sightline.model import findings

__all__ = ["CHECK", "find"]


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives the most urgent alerts that only receivers without integrations get."""
    if subject.policy.priority_label is None:
        return
    for config in subject.estate.alertmanagers:
        if config.route is None or config.is_partial:
            continue
        walks = label_values.Walks(config.route)
        lost: defaultdict[str, list[str]] = defaultdict(list)
        for one in label_values.routables(subject):
            receiver = _silent_receiver(one, config, walks, subject.policy)
            if receiver is not None and one.alert is not None:
                lost[receiver].append(one.alert.name)
        for name, alerts in lost.items():
            yield declarations.Problem(
                span=config.receivers[name].span,
                message=f"expected {name} to send what it gets of the most urgent, "
                f"such as {alerts[0]} ({len(alerts)} in all), found no integration",
                hint="give it an integration, or route them to another receiver",
            )


def _silent_receiver(
    one: label_values.Routable,
    config: alertmanager_config.AlertmanagerConfig,
    walks: label_values.Walks,
    policy: policies.Policy,
) -> str | None:
    """Gives the receiver without integrations that alone gets a most urgent alert."""
    urgency = one.labels.get(policy.priority_label or "", "")
    # `page` and `critical` are two spellings of the same urgency.
    if urgency not in {*policy.order[:1], "critical", "page"}:
        return None
    if one.labels.get("alertname") in _HEARTBEATS:
        return None
    reached = walks.outcomes(one)
    if reached is None or not all(reached):
        return None
    names = {route.receiver for routes in reached for route in routes}
    silent = {
        name
        for name in names
        if name in config.receivers and not config.receivers[name].integrations
    }
    return min(silent) if silent == names else None


_HEARTBEATS: Final = frozenset({"Watchdog", "DeadMansSwitch", "InfoInhibitor"})

CHECK: Final = declarations.Check(
    name="unheard-alert",
    summary="a most urgent alert that is sent nowhere",
    severity=findings.FindingSeverity.ERROR,
    find=find,
    precision=declarations.Precision(judged=7, right=7),
)
