"""Rules as signals: a recorded series or a measured query, with its levels."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sightline.app.importing import conditions, materials, naming, quantities
from sightline.compilers import documents
from sightline.model import names, signals, units
from sightline.promql import (
    ast,
    bundled,
    facts,
    inference,
    parsing,
    printing,
    walking,
)

__all__ = ["Owners", "Page", "Signal", "Signals", "convert"]

_RECORD: Final = re.compile(r"[a-z][a-z0-9_]*:[a-z][a-z0-9_]*:[a-z][a-z0-9_]*")
_CARRIED_LABELS: Final = frozenset({"priority", "severity", "service", "team"})
_DESCRIPTIONS: Final = ("description", "message")
_CARRIED_ANNOTATIONS: Final = frozenset(
    {"summary", "runbook_url", "dashboard_url", *_DESCRIPTIONS}
)
_PRIORITIES: Final[Mapping[str, signals.Priority]] = {
    "critical": signals.Priority.P0,
    "page": signals.Priority.P0,
    "error": signals.Priority.P1,
    "high": signals.Priority.P1,
    "warning": signals.Priority.P2,
    "ticket": signals.Priority.P2,
    "info": signals.Priority.P3,
    "none": signals.Priority.P3,
}
"""The words that public rules use; whatever has another one is for a dashboard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """Who alerts can belong to.

    Attributes:
        services: every service, of applications and of exporters.
        teams: every team that rules name.
        by_job: the service of each scrape job.
        otherwise: the service of what names none of them.
    """

    services: frozenset[str]
    teams: frozenset[str]
    by_job: Mapping[str, str]
    otherwise: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A runbook's beginning."""

    slug: str
    title: str
    meaning: str
    url: str | None


@dataclass(slots=True, kw_only=True)
class Signal:
    """One signal while its levels are gathered."""

    name: str
    group: str
    title: str
    description: str
    query: ast.Expression
    unit: units.Unit
    by: tuple[str, ...]
    record: str | None
    service: str | None
    team: str | None = None
    levels: list[dict[str, documents.Document]] = field(default_factory=list)

    def document(self) -> dict[str, documents.Document]:
        """Gives it as the spec has it."""
        metrics = sorted(
            {one.metric for one in walking.selectors(self.query) if one.metric}
        )
        written: dict[str, documents.Document] = {
            "title": self.title,
            "description": self.description,
            "unit": self.unit.value,
            "source": ", ".join(metrics) or "Prometheus itself",
            "query": printing.render(self.query),
        }
        if self.by:
            written["by"] = list(self.by)
        if self.record:
            written["record"] = self.record
        if self.levels and self.service and "service" not in self.by:
            written["service"] = self.service
        if self.team:
            written["team"] = self.team
        if self.levels:
            written["levels"] = list(self.levels)
        return written


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What rules became.

    Attributes:
        native: the rules that stay rules, by group, name and expression.
    """

    signals: tuple[Signal, ...]
    pages: tuple[Page, ...]
    left: tuple[materials.Leftover, ...]
    native: frozenset[tuple[str, str, str]]

    def named(self) -> Mapping[str, str]:
        """Gives the signals by what a panel asks: their query, or recorded series."""
        found = {printing.render(one.query): one.name for one in self.signals}
        return found | {one.record: one.name for one in self.signals if one.record}


_Conversion = Callable[[materials.Rule, ast.Expression], None]


def convert(material: materials.Material, owners: Owners) -> Signals:
    """Gives the signals of all rules, and says of each rule what is lost."""
    converter = _Converter(owners, _repeated_records(material))
    for rule in material.rules:
        if not rule.is_alert:
            converter.take(rule, converter.record)
    for rule in material.rules:
        if rule.is_alert:
            converter.take(rule, converter.alert)
    return Signals(
        signals=tuple(converter.signals),
        pages=tuple(converter.pages),
        left=tuple(converter.left),
        native=frozenset(converter.native),
    )


class _Converter:
    """Gathers signals from rules, one after another."""

    def __init__(self, owners: Owners, repeated: frozenset[str]) -> None:
        self.signals: list[Signal] = []
        self.pages: list[Page] = []
        self.left: list[materials.Leftover] = []
        self.native: set[tuple[str, str, str]] = set()
        self._owners = owners
        self._repeated = repeated
        self._catalogue = bundled.load_catalogue()
        self._by_question: dict[tuple[str, str | None, str | None], Signal] = {}
        self._records: dict[str, Signal] = {}
        self._signal_names = naming.Taken()
        self._alert_names = naming.Taken()

    def take(self, rule: materials.Rule, convert: _Conversion) -> None:
        """Converts a rule, or leaves it as it is with the reason."""
        try:
            tree = parsing.parse(rule.expr)
        except parsing.RefusedExpression as error:
            self._keep_native(rule, f"its expression is not read: {error}")
        else:
            convert(rule, tree)

    def record(self, rule: materials.Rule, tree: ast.Expression) -> None:
        """Makes a signal of a recording rule."""
        if rule.labels:
            self._keep_native(rule, "it adds labels, which a signal does not")
        elif not _RECORD.fullmatch(rule.name):
            self._keep_native(rule, "its name is not level:metric:operations")
        elif rule.name in self._repeated:
            self._keep_native(rule, "several rules record it, each a part")
        else:
            made = self._make(rule, tree, service=None, record=rule.name)
            self._records[rule.name] = made

    def alert(self, rule: materials.Rule, tree: ast.Expression) -> None:
        """Makes a level of an alerting rule, on a signal of its own or a shared one."""
        condition = conditions.split(tree)
        if condition.is_whole:
            self._leave(
                rule,
                "its expression is measured whole, as 1 where it holds: it compares"
                " with no number, or in another way than above or below",
            )
        signal = self._find(rule, condition)
        signal.levels.append(self._level(rule, condition, signal))

    def _find(self, rule: materials.Rule, condition: conditions.Condition) -> Signal:
        query = condition.query
        if isinstance(query, ast.VectorSelector) and condition.text in self._records:
            signal = self._records[condition.text]
            signal.service = signal.service or self._service(rule, signal.query)
            return signal
        service, team = self._service(rule, query), self._team(rule)
        question = (condition.text, service, team)
        if question not in self._by_question:
            made = self._make(rule, query, service, record=None)
            made.team = team
            self._by_question[question] = made
        return self._by_question[question]

    def _make(
        self,
        rule: materials.Rule,
        query: ast.Expression,
        service: str | None,
        record: str | None,
    ) -> Signal:
        found = inference.infer(query, self._catalogue)
        fact = found.fact
        signal = Signal(
            name=self._signal_names.take(naming.signal_name(rule.name), "_"),
            group=naming.slug(rule.group),
            title=naming.title(rule.name),
            description=f"Imported from the {rule.subject} of the group {rule.group}.",
            query=query,
            unit=quantities.find_unit(fact),
            by=_labels(fact),
            record=record,
            service=service,
        )
        self.signals.append(signal)
        return signal

    def _service(self, rule: materials.Rule, query: ast.Expression) -> str | None:
        """Gives whose alert it is, where the query does not carry a service."""
        owners = self._owners
        if rule.labels.get("service") in owners.services:
            return rule.labels["service"]
        for selector in walking.selectors(query):
            for matcher in selector.matchers:
                if matcher.operator is not ast.MatchOperator.EQUAL:
                    continue
                if matcher.label == "service" and matcher.pattern in owners.services:
                    return matcher.pattern
                if matcher.label == "job" and matcher.pattern in owners.by_job:
                    return owners.by_job[matcher.pattern]
        return owners.otherwise

    def _team(self, rule: materials.Rule) -> str | None:
        team = rule.labels.get("team")
        if team is None or team in self._owners.teams:
            return team
        self._leave(rule, f"its team is worked out by a template: {team!r}")
        return None

    def _level(
        self, rule: materials.Rule, condition: conditions.Condition, signal: Signal
    ) -> dict[str, documents.Document]:
        name = self._name(rule)
        priority = self._priority(rule)
        level: dict[str, documents.Document] = {"alert": name}
        bounds = (("above", condition.above), ("below", condition.below))
        for key, bound in bounds:
            if bound is not None:
                level[key] = quantities.write(bound, signal.unit)
        level["for"] = str(rule.for_)
        level["priority"] = priority.value
        severity = rule.labels.get("severity")
        usual = signals.AlertSeverity.of_priority(priority).value
        if severity in {one.value for one in signals.AlertSeverity} - {usual}:
            level["severity"] = severity
        if rule.keep_firing_for is not None:
            level["keep_firing_for"] = str(rule.keep_firing_for)
        level |= self._annotations(rule)
        if _is_constant(condition.query):
            level["heartbeat"] = True
        self._page(rule, name)
        return level

    def _name(self, rule: materials.Rule) -> str:
        name = self._alert_names.take(naming.alert_name(rule.name))
        if name != rule.name:
            self._leave(rule, f"it is called {name}: each alert has one name")
        return name

    def _priority(self, rule: materials.Rule) -> signals.Priority:
        given = rule.labels.get("priority", "").upper()
        if given in signals.Priority.__members__:
            return signals.Priority[given]
        severity = rule.labels.get("severity", "")
        if severity.lower() not in _PRIORITIES:
            said = f"severity {severity!r}" if severity else "no severity"
            self._leave(rule, f"it has {said}, so its priority is P3: nobody is told")
        return _PRIORITIES.get(severity.lower(), signals.Priority.P3)

    def _annotations(self, rule: materials.Rule) -> dict[str, documents.Document]:
        others = sorted(
            {
                *(f"label {name}" for name in rule.labels.keys() - _CARRIED_LABELS),
                *(
                    f"annotation {name}"
                    for name in rule.annotations.keys() - _CARRIED_ANNOTATIONS
                ),
            }
        )
        if others:
            self._leave(rule, f"levels have no place for its {', '.join(others)}")
        written: dict[str, documents.Document] = {}
        if summary := rule.annotations.get("summary", "").strip():
            written["summary"] = summary
        described = (rule.annotations.get(name, "").strip() for name in _DESCRIPTIONS)
        if description := next(filter(None, described), None):
            written["description"] = description
        return written

    def _page(self, rule: materials.Rule, name: str) -> None:
        meaning = rule.annotations.get("description") or rule.annotations.get("summary")
        self.pages.append(
            Page(
                slug=names.kebab_case(name),
                title=naming.title(name),
                meaning=meaning or f"The alert {rule.name} fires.",
                url=rule.annotations.get("runbook_url"),
            )
        )

    def _leave(self, rule: materials.Rule, reason: str) -> None:
        subject = f"{rule.subject} ({rule.place})"
        self.left.append(materials.Leftover(subject=subject, reason=reason))

    def _keep_native(self, rule: materials.Rule, reason: str) -> None:
        self._leave(rule, f"{reason}; it stays a rule")
        self.native.add((rule.group, rule.name, rule.expr))


def _labels(fact: facts.Fact) -> tuple[str, ...]:
    """Gives all labels that a result can have, or else those that it must have."""
    if not isinstance(fact, facts.Vector):
        return ()
    found = fact.labels
    named = found.possible if found.is_closed else found.certain
    return tuple(sorted(named - {"__name__"}))


def _repeated_records(material: materials.Material) -> frozenset[str]:
    """Gives the series that several rules record, each for a part of it."""
    counts = Counter(rule.name for rule in material.rules if not rule.is_alert)
    return frozenset(name for name, count in counts.items() if count > 1)


def _is_constant(query: ast.Expression) -> bool:
    """Tells whether a query is always there, as that of a dead man's switch."""
    return isinstance(query, ast.Call) and query.function == "vector"
