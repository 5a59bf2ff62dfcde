"""What a spec builds, judged as if it were anybody's files."""

from collections.abc import Iterable, Iterator

from sightline.app.checking import metrics
from sightline.checks import policies, subjects
from sightline.formats import estates
from sightline.model import artifacts, environments, monitoring, routing

__all__ = ["examine", "policy_of"]

_FOLDERS = ("prometheus/", "alertmanager/", "grafana/")
_WHOLE_ESTATE = frozenset({"silent-outage"})
"""Checks that need to see everything, which a spec has."""
_FOREIGN = ("grafana/provisioning/", "prometheus/blackbox.yml")
"""Files of other programs: no rule, route or dashboard stands in them."""


def examine(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    built: Iterable[artifacts.Artifact],
) -> subjects.Subject:
    """Gives what was built for one environment, with what the spec promises of it."""
    files = _files(environment, built)
    policy = policy_of(declared, environment)
    return subjects.examine(estates.read_texts(files), policy)


def _files(
    environment: environments.Environment, built: Iterable[artifacts.Artifact]
) -> Iterator[tuple[str, str]]:
    for artifact in built:
        path = str(artifact.path)
        if path.startswith(_FOLDERS) and not path.startswith(_FOREIGN):
            yield f"{environment.name}/{path}", artifact.text


def policy_of(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> policies.Policy:
    """Gives what the spec promises and has in one environment."""
    return policies.Policy(
        priority_label="priority",
        order=tuple(priority.value for priority in declared.routing.routes),
        promises={
            priority.value: _promise(route)
            for priority, route in declared.routing.routes.items()
        },
        # Nobody is meant to acknowledge what an escalation is about: it pages.
        channels_of={
            routing.ESCALATION_ALERT: frozenset({routing.Channel.PAGERDUTY.value})
        },
        scrape_interval=environment.scrape_interval,
        retention=environment.retention,
        metrics=metrics.declared_metrics(declared),
        enabled=_WHOLE_ESTATE,
        runbooks=frozenset(runbook.slug for runbook in declared.runbooks.values()),
    )


def _promise(route: routing.PriorityRoute) -> policies.Promise:
    return policies.Promise(
        channels=frozenset(channel.value for channel in route.channels),
        within=route.time_to_page,
        counts_pending=False,
    )
