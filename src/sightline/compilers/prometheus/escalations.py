"""Escalation: an alert that fires for longer than the response that was promised.

Only Prometheus knows for how long an alert has been firing, by its own series `ALERTS`;
Alertmanager knows who is to hear of it then.
"""

from collections.abc import Mapping

from sightline.compilers import links
from sightline.model import environments, monitoring, names, routing, rules, signals

__all__ = ["compile_escalations"]

_GROUP = "escalation"


def compile_escalations(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[rules.RuleGroup, ...]:
    """Gives the group with a rule for each priority that escalates; none without."""
    compiled = tuple(
        _escalation(route, declared, environment)
        for route in declared.routing.escalating
    )
    if not compiled:
        return ()
    return (
        rules.RuleGroup(
            name=_GROUP, interval=environment.evaluation_interval, rules=compiled
        ),
    )


def _escalation(
    route: routing.PriorityRoute,
    declared: monitoring.Monitoring,
    environment: environments.Environment,
) -> rules.AlertingRule:
    if route.escalate_after is None:
        raise ValueError(f"{route.priority.value} never escalates")
    return rules.AlertingRule(
        alert=routing.ESCALATION_ALERT,
        expr=_condition(route.priority),
        for_=route.escalate_after,
        keep_firing_for=None,
        labels={
            "priority": route.priority.value,
            "severity": signals.AlertSeverity.WARNING.value,
        },
        annotations=_annotations(route, declared, environment),
    )


def _condition(priority: signals.Priority) -> str:
    """Gives one series for each alert and service, whatever its other labels do.

    An alert whose instances come and go is one problem that nobody has solved.
    """
    alerts = (
        f'ALERTS{{alertstate="firing",priority="{priority.value}"'
        f',alertname!="{routing.ESCALATION_ALERT}"}}'
    )
    return (
        f"max by ({routing.ESCALATED_LABEL}, service, team) (\n"
        "  label_replace(\n"
        f"    {alerts},\n"
        f'    "{routing.ESCALATED_LABEL}", "$1", "alertname", "(.+)"\n'
        "  )\n"
        ")"
    )


def _annotations(
    route: routing.PriorityRoute,
    declared: monitoring.Monitoring,
    environment: environments.Environment,
) -> Mapping[str, str]:
    alert = f"{{{{ $labels.{routing.ESCALATED_LABEL} }}}}"
    service = "{{ $labels.service }}"
    slug = names.kebab_case(routing.ESCALATION_ALERT)
    return {
        "summary": f"{service}: {alert} unanswered for {route.escalate_after}",
        "description": (
            f"{alert} of {service} has been firing for more than"
            f" {route.escalate_after}. {route.priority.value} promises a response:"
            f" {route.response}. Its team is {{{{ $labels.team }}}}. Take it, or"
            " silence it while somebody works on it."
        ),
        "runbook_url": links.runbook_page_url(declared, slug),
        "dashboard_url": links.service_dashboard_url(declared, environment, service),
    }
