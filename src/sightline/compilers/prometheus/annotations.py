"""What an alert says: summary, description, and where to look and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass

from sightline.compilers import links, quantities, readings
from sightline.compilers.prometheus import owners
from sightline.model import environments, monitoring, signals, units

__all__ = ["Context", "compile_annotations"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All that the texts of one alert are made from.

    Attributes:
        member: what the rule is made for; `None` when the series tell.
    """

    signal: signals.Signal
    level: signals.Level
    subject: owners.Subject
    member: readings.Member | None
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
    if context.level.heartbeat:
        return f"{context.subject.service}: {context.signal.title}"
    limits = _condition(context)
    if context.signal.unit is units.Unit.BOOLEAN:
        # "Database up: no" says it; only how long is still to be told.
        limits = _lasting(context.level)
    suffix = f" ({limits})" if limits else ""
    return f"{_where(context)}: {_reading(context, '')}{suffix}"


def _description(context: Context) -> str:
    signal, level = context.signal, context.level
    about = [
        _sentence(signal.description),
        f"Source: {_sentence(signal.source)}" if signal.source else "",
    ]
    if not level.heartbeat:
        condition = _condition(context)
        raised = f" {level.priority.value} is raised {condition}." if condition else ""
        about.insert(0, f"{_reading(context, f' of {_where(context)}')}.{raised}")
    return " ".join(sentence for sentence in about if sentence)


def _reading(context: Context, of: str) -> str:
    """Gives what is measured and its value now."""
    signal = context.signal
    is_question = signal.unit is units.Unit.BOOLEAN
    colon = ":" if is_question or of else ""
    return f"{signal.title}{of}{colon} {quantities.render_value(signal.unit)}"


def _condition(context: Context) -> str:
    member = context.member
    condition = quantities.describe_condition(
        context.level,
        context.signal.unit,
        member.expected_replicas if member is not None else None,
    )
    lasting = _lasting(context.level)
    return f"{condition} {lasting}" if condition and lasting else condition


def _lasting(level: signals.Level) -> str:
    return f"for {level.for_}" if level.for_.milliseconds else ""


def _where(context: Context) -> str:
    """Gives the service, and the labels that tell its series apart."""
    rest = [label for label in context.signal.result_labels if label != "service"]
    if not rest:
        return context.subject.service
    # The series of a query made for one member do not carry the member's labels.
    known = readings.identify(context.member) if context.member else {}
    labels = ", ".join(
        f"{label} {known.get(label) or f'{{{{ $labels.{label} }}}}'}" for label in rest
    )
    return f"{context.subject.service} ({labels})"


def _dashboard_service(context: Context) -> str | None:
    name = context.subject.service
    known = context.subject.is_dynamic or name in context.monitoring.services
    return name if known else None


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."
