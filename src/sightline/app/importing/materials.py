"""What an import is made of: rules, dashboards and targets, wherever they were."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sightline.compilers import documents
from sightline.model import units

__all__ = ["AT_ONCE", "Board", "Leftover", "Material", "Rule", "Server", "Target"]

AT_ONCE: Final = units.Duration(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule as Prometheus evaluates it.

    Attributes:
        name: of the alert, or of the recorded series.
        group: the name of its rule group.
        place: where it stands, for people.
    """

    name: str
    is_alert: bool
    expr: str
    labels: Mapping[str, str]
    group: str
    place: str
    annotations: Mapping[str, str] = field(default_factory=dict)
    for_: units.Duration = AT_ONCE
    keep_firing_for: units.Duration | None = None

    @property
    def subject(self) -> str:
        """What it is called in a report."""
        return f"{'alert' if self.is_alert else 'recording rule'} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A dashboard's JSON, as Grafana serves or keeps it."""

    document: Mapping[str, object]
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Something that is scraped.

    Attributes:
        service: the label of that name on its series; `None` where it has none.
    """

    job: str
    service: str | None
    path: str
    scrape_interval: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What a live Prometheus says of itself; texts as it writes them.

    Attributes:
        evaluation_intervals: of its rule groups, in seconds.
    """

    url: str
    retention: str
    targets: tuple[Target, ...]
    alertmanager_url: str | None
    evaluation_intervals: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """What was not carried over as it was, and why."""

    subject: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that was found.

    Attributes:
        left: what could not even be read.
    """

    rules: tuple[Rule, ...]
    boards: tuple[Board, ...]
    server: Server | None
    grafana_url: str | None
    left: tuple[Leftover, ...]

    def rule_file(self, chosen: frozenset[tuple[str, str, str]]) -> str | None:
        """Gives the chosen rules as a rule file; `None` where there are none."""
        groups: dict[str, list[documents.Document]] = {}
        for rule in self.rules:
            if (rule.group, rule.name, rule.expr) in chosen:
                groups.setdefault(rule.group, []).append(_native(rule))
        if not groups:
            return None
        listed = [{"name": name, "rules": rules} for name, rules in groups.items()]
        return documents.render_yaml({"groups": listed})


def _native(rule: Rule) -> documents.Document:
    key = "alert" if rule.is_alert else "record"
    written: dict[str, documents.Document] = {key: rule.name, "expr": rule.expr}
    if rule.is_alert:
        written["for"] = str(rule.for_)
        if rule.keep_firing_for is not None:
            written["keep_firing_for"] = str(rule.keep_firing_for)
    if rule.labels:
        written["labels"] = dict(rule.labels)
    if rule.annotations:
        written["annotations"] = dict(rule.annotations)
    return written
