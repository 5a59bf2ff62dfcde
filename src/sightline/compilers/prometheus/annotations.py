"""What an alert says: summary, description, and where to look and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass

from sightline.compilers import links, quantities
from sightline.compilers.prometheus import owners
from sightline.model import environments, monitoring, services, signals

__all__ = ["Context", "compile_annotations"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All that the texts of one alert are made from.

    Attributes:
        service: the service the rule is made for; `None` when the series tell.
    """

    signal: signals.Signal
    level: signals.Level
    subject: owners.Subject
    service: services.Service | None
    monitoring: monitoring.Monitoring
    environment: environments.Environment


def compile_annotations(context: Context) -> Mapping[str, str]:
    """Gives the four annotations that every alert has; none is ever empty."""
    level = context.level
    return {
        "summary": level.summary or _summary(context),
        "description": level.description or _description(context),
        "runbook_url": links.runbook_url(context.monitoring, level),
        "dashboard_url": links.dashboard_url(
            context.monitoring,
            context.environment,
            context.signal,
            _dashboard_service(context),
        ),
    }


def _summary(context: Context) -> str:
    signal = context.signal
    if context.level.heartbeat:
        return f"{context.subject.service}: {signal.title}"
    reading = f"{signal.title} is {quantities.render_value(signal.unit)}"
    condition = _condition(context)
    limits = f" ({condition})" if condition else ""
    return f"{_where(context)}: {reading}{limits}"


def _description(context: Context) -> str:
    signal, level = context.signal, context.level
    if level.heartbeat:
        return f"{signal.description} Source: {signal.source}."
    condition = _condition(context)
    measured = (
        f"{signal.title} of {_where(context)} is {quantities.render_value(signal.unit)}"
    )
    sentences = [
        f"{measured}; {level.priority.value} is raised when it is {condition}."
        if condition
        else f"{measured}; this alone raises {level.priority.value}.",
        _sentence(signal.description),
        f"Source: {_sentence(signal.source)}" if signal.source else "",
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _condition(context: Context) -> str:
    replicas = context.service.expected_replicas if context.service else None
    condition = quantities.describe_condition(
        context.level, context.signal.unit, replicas
    )
    if not condition or not context.level.for_.milliseconds:
        return condition
    return f"{condition} for {context.level.for_}"


def _where(context: Context) -> str:
    """Gives the service, and the labels that tell its series apart."""
    rest = [label for label in context.signal.result_labels if label != "service"]
    if not rest:
        return context.subject.service
    labels = ", ".join(f"{label} {{{{ $labels.{label} }}}}" for label in rest)
    return f"{context.subject.service} ({labels})"


def _dashboard_service(context: Context) -> str | None:
    name = context.subject.service
    known = context.subject.is_dynamic or name in context.monitoring.services
    return name if known else None


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."
