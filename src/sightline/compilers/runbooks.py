"""Runbook pages: the generated facts of each alert, then what people wrote.

The facts come from the same signal as the alert and the panel, so that a page never
names a threshold that is no longer true.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from sightline.compilers import links, quantities
from sightline.model import (
    artifacts,
    environments,
    monitoring,
    names,
    routing,
    signals,
    slos,
)

__all__ = ["compile_runbooks"]

_CHANNEL_WORDS = {
    routing.Channel.PAGERDUTY: "PagerDuty",
    routing.Channel.WEBHOOK: "webhook",
    routing.Channel.EMAIL: "e-mail",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One alert that sends its reader to a page."""

    signal: signals.Signal
    level: signals.Level


def compile_runbooks(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[artifacts.Artifact, ...]:
    """Gives `runbooks/<slug>.md` for every page that an alert links to.

    The alerts that no signal declares are many of one kind: their pages are given as
    they were written, without the facts of a single one.
    """
    pages: dict[str, list[_Entry]] = {}
    for signal in declared.signals.values():
        for level in signal.levels:
            entry = _Entry(signal=signal, level=level)
            pages.setdefault(level.runbook, []).append(entry)
    for alert in _generated_alerts(declared):
        pages.setdefault(names.kebab_case(alert), [])
    return tuple(
        artifacts.Artifact(
            path=PurePosixPath("runbooks") / f"{slug}.md",
            text=_render_page(slug, entries, declared, environment),
        )
        for slug, entries in pages.items()
    )


def _render_page(
    slug: str,
    entries: Iterable[_Entry],
    declared: monitoring.Monitoring,
    environment: environments.Environment,
) -> str:
    authored = declared.runbooks.get(slug)
    title = authored.title if authored else slug.replace("-", " ").capitalize()
    sections = [
        f"# {title}",
        *(_render_facts(entry, declared, environment) for entry in entries),
        *(
            f"Alert: `{alert}`, raised for each {subject} on its own."
            for alert, subject in _generated_alerts(declared).items()
            if names.kebab_case(alert) == slug
        ),
    ]
    if authored:
        sections.append(authored.text.strip())
    return "\n\n".join(sections) + "\n"


def _generated_alerts(
    declared: monitoring.Monitoring,
) -> Mapping[names.AlertName, str]:
    """Gives the alerts that no signal declares, and of what each speaks."""
    subjects: dict[names.AlertName, str] = {}
    if declared.service_levels.objectives:
        subjects.update(dict.fromkeys(slos.ALERTS, "objective"))
    if declared.routing.escalating:
        subjects[routing.ESCALATION_ALERT] = "alert that outlives its response"
    return subjects


def _render_facts(
    entry: _Entry,
    declared: monitoring.Monitoring,
    environment: environments.Environment,
) -> str:
    signal, level = entry.signal, entry.level
    route = declared.routing.routes[level.priority]
    condition = quantities.describe_condition(level, signal.unit, None)
    facts: Mapping[str, str] = {
        "Priority": f"{level.priority.value} ({level.severity.value})",
        "Told": _describe_route(route, level),
        "Measures": f"{signal.title}: {' '.join(signal.description.split())}",
        "Source": signal.source,
        "Fires": _describe_firing(level, condition),
        "Ends": _describe_end(level),
        "Dashboard": _describe_dashboard(signal, declared, environment),
    }
    silence = "\n".join(
        _silence_command(label, level, signal, environment)
        for label in _silenced_labels(route)
    )
    table = "\n".join(f"| {name} | {_cell(fact)} |" for name, fact in facts.items())
    return "\n\n".join(
        [
            f"## {level.alert}",
            f"| | |\n|---|---|\n{table}",
            f"What is measured:\n\n```promql\n{signal.query.strip()}\n```",
            *_render_guard(level),
            f"To silence it while you work on it:\n\n```sh\n{silence}\n```",
        ]
    )


def _render_guard(level: signals.Level) -> list[str]:
    if level.guard is None:
        return []
    return [f"Only while this holds too:\n\n```promql\n{level.guard.strip()}\n```"]


def _describe_route(route: routing.PriorityRoute, level: signals.Level) -> str:
    if level.heartbeat:
        return "the outside heartbeat, always; silence there raises the alarm"
    if not route.channels:
        return f"dashboards only; response: {route.response}"
    channels = " + ".join(_CHANNEL_WORDS[channel] for channel in route.channels)
    later = route.escalate_after and f"; PagerDuty after {route.escalate_after}"
    return f"{channels}; response: {route.response}{later or ''}"


def _describe_firing(level: signals.Level, condition: str) -> str:
    lasting = f" for {level.for_}" if level.for_.milliseconds else ""
    return f"{condition or 'whenever there is a result'}{lasting}"


def _describe_end(level: signals.Level) -> str:
    if level.keep_firing_for is None:
        return "as soon as the condition no longer holds"
    return f"{level.keep_firing_for} after the condition no longer holds"


def _describe_dashboard(
    signal: signals.Signal,
    declared: monitoring.Monitoring,
    environment: environments.Environment,
) -> str:
    dashboard = links.find_dashboard(declared, signal.name)
    address = links.dashboard_url(declared, environment, signal, None)
    return f"[{dashboard.title}]({address})" if dashboard else address


def _silenced_labels(route: routing.PriorityRoute) -> tuple[str, ...]:
    """Gives the labels by which the alert is known: its name, and as an escalation."""
    escalated = (routing.ESCALATED_LABEL,) if route.escalate_after else ()
    return ("alertname", *escalated)


def _silence_command(
    label: str,
    level: signals.Level,
    signal: signals.Signal,
    environment: environments.Environment,
) -> str:
    matchers = [f"{label}={level.alert}"]
    if "service" in signal.result_labels:
        matchers.append("service=SERVICE")
    return (
        "amtool silence add \\\n"
        f"  --alertmanager.url={environment.alertmanager_url} \\\n"
        '  --duration=1h --author="$USER" --comment="REASON" \\\n'
        f"  {' '.join(matchers)}"
    )


def _cell(text: str) -> str:
    """Gives text that keeps a Markdown table's row in one piece."""
    return text.replace("|", "\\|")
