"""Which alert hides which: as declared, by dependency, and for escalations alike.

A cause may hide its symptoms only where it is at least as urgent and the symptom is
no page, so whoever is told less is told something more important instead.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sightline.formats import reporting
from sightline.model import names, routing, services, signals, slos, sources, spans
from sightline.spec import sections, shapes

__all__ = ["Estate", "resolve_inhibitions"]

_Entry = sections.Entry[shapes.Routing]

_NEVER_HIDDEN: Final = signals.Priority.P0
_NO_PAGE: Final = f'priority!="{_NEVER_HIDDEN.value}"'

_OF_OBJECTIVES: Final[Mapping[str, signals.Priority]] = {
    slos.STALLED_ALERT: slos.STALLED_PRIORITY,
    slos.UNMEASURED_ALERT: slos.UNMEASURED_PRIORITY,
}

# The labels that an escalation keeps of the alert it speaks of.
_KEPT: Final = frozenset({"service", "team"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """What can be lost, and who needs it: the nodes of the dependencies."""

    running: Mapping[names.ServiceName, services.Service]
    probes: tuple[sources.Probe, ...]

    def dependents(self) -> Mapping[str, tuple[str, ...]]:
        """Gives, by the label `service` of what is lost, every service above it.

        A service that depends on one that depends on the lost one suffers as well.
        """
        labels = {probe.name: str(probe.service) for probe in self.probes}
        found: dict[str, list[str]] = {}
        for service in self.running.values():
            for needed in self._needs(service):
                found.setdefault(labels.get(needed, needed), []).append(service.name)
        return {lost: tuple(above) for lost, above in sorted(found.items())}

    def _needs(self, service: services.Service) -> Collection[str]:
        needed: dict[str, None] = {}
        open_names = list(service.depends_on)
        while open_names:
            name = open_names.pop()
            if name not in needed:
                needed[name] = None
                below = self.running.get(names.ServiceName(name))
                open_names += below.depends_on if below else ()
        return needed.keys()


def resolve_inhibitions(
    entry: _Entry,
    levels: Mapping[str, signals.Level],
    estate: Estate,
    reporter: reporting.Reporter,
) -> tuple[routing.Inhibition, ...]:
    """Gives every inhibition; reports those that would hide what must be heard."""
    resolver = _Resolver(entry=entry, levels=levels, reporter=reporter)
    return (*resolver.declared(), *resolver.outages(estate))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hiding:
    """Alerts that hide alerts, before it is said where."""

    name: str
    causes: Sequence[str]
    hides: Sequence[str]
    equal: Sequence[str]
    source_service: str | None = None
    target_services: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Resolver:
    entry: _Entry
    levels: Mapping[str, signals.Level]
    reporter: reporting.Reporter

    def declared(self) -> Iterator[routing.Inhibition]:
        for index, shape in enumerate(self.entry.shape.inhibitions):
            path = ("inhibitions", index, "hides")
            self._check(shape.cause, shape.hides, path)
            yield from self._inhibit(
                _Hiding(
                    name=shape.name,
                    causes=shape.cause,
                    hides=shape.hides,
                    equal=shape.equal,
                )
            )

    def outages(self, estate: Estate) -> Iterator[routing.Inhibition]:
        shape = self.entry.shape.outages
        if shape is None:
            return
        self._check(shape.causes, shape.symptoms, ("outages", "symptoms"))
        for lost, dependents in estate.dependents().items():
            yield from self._inhibit(
                _Hiding(
                    name=f"an-outage-of-{lost}-explains-its-dependents",
                    causes=shape.causes,
                    hides=shape.symptoms,
                    equal=(),
                    source_service=lost,
                    target_services=dependents,
                )
            )

    def _inhibit(self, hiding: _Hiding) -> Iterator[routing.Inhibition]:
        source = (_match("alertname", hiding.causes), *_at(hiding.source_service))
        where = _at_any(hiding.target_services)
        equal = tuple(names.LabelName(label) for label in hiding.equal)
        yield routing.Inhibition(
            name=hiding.name,
            source_matchers=source,
            target_matchers=(_match("alertname", hiding.hides), *where, _NO_PAGE),
            equal=equal,
        )
        escalating = [alert for alert in hiding.hides if self._escalates(alert)]
        if escalating and _KEPT.issuperset(equal):
            yield routing.Inhibition(
                name=f"{hiding.name}-escalated",
                source_matchers=source,
                target_matchers=(
                    f'alertname="{routing.ESCALATION_ALERT}"',
                    _match(routing.ESCALATED_LABEL, escalating),
                    *where,
                    _NO_PAGE,
                ),
                equal=equal,
            )

    def _escalates(self, alert: str) -> bool:
        priority = self._priority(alert)
        route = priority and self.entry.shape.priorities.get(priority)
        return bool(route and route.escalate_after)

    def _priority(self, alert: str) -> signals.Priority | None:
        """Gives an alert's priority; the burn of a budget has one for each tier."""
        level = self.levels.get(alert)
        return level.priority if level else _OF_OBJECTIVES.get(alert)

    def _check(
        self,
        causes: Sequence[str],
        hides: Sequence[str],
        path: tuple[str | int, ...],
    ) -> None:
        for position, alert in enumerate(hides):
            span = self.entry.span(*path, position)
            if alert in causes:
                self._error(
                    span,
                    "expected a cause apart from its symptoms,"
                    f" found {alert!r} in both",
                    "an alert cannot hide itself",
                )
            elif priority := self._priority(alert):
                self._check_urgency(causes, alert, priority, span)

    def _check_urgency(
        self,
        causes: Sequence[str],
        hidden: str,
        urgency: signals.Priority,
        span: spans.Span,
    ) -> None:
        if urgency is _NEVER_HIDDEN:
            self._error(
                span,
                f"expected an alert below {_NEVER_HIDDEN.value}, found {hidden!r}",
                f"an alert of {_NEVER_HIDDEN.value} is never hidden",
            )
            return
        for cause in (self.levels[name] for name in causes if name in self.levels):
            if cause.priority.value > urgency.value:
                self._error(
                    span,
                    f"expected an alert of {cause.priority.value} or below, found"
                    f" {hidden!r} of {urgency.value}",
                    f"{cause.alert} is less urgent, so hiding this one would lose it",
                )
                return

    def _error(self, span: spans.Span, message: str, hint: str) -> None:
        self.reporter.error("routing", span, message, hint)


def _match(label: str, texts: Sequence[str]) -> str:
    if len(texts) == 1:
        return f'{label}="{texts[0]}"'
    return f'{label}=~"{"|".join(texts)}"'


def _at(service: str | None) -> tuple[str, ...]:
    return () if service is None else (_match("service", [service]),)


def _at_any(found: Sequence[str]) -> tuple[str, ...]:
    return (_match("service", found),) if found else ()
