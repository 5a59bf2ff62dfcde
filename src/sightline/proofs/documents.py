"""Scenarios as files of `promtool test rules`, and the rules they judge."""

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sightline.model import units
from sightline.promql import printing
from sightline.proofs import rulebook, scenarios, searching, slices

__all__ = [
    "ProbedRule",
    "Question",
    "alert_rule",
    "quote",
    "record_rule",
    "record_rules",
    "render_questions",
    "render_rules",
    "render_seconds",
    "render_series",
    "rule_document",
    "tagged",
]


_GROUP: Final = "proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbedRule:
    """A rule as the engine gets it: an alert, a mutant of it, or a recording rule.

    Attributes:
        kind: `alert` or `record`.
    """

    kind: str
    name: str
    expr: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    for_seconds: float = 0.0
    keep_seconds: float = 0.0

    def document(self) -> dict[str, object]:
        """Gives the rule as a rule file has it."""
        found: dict[str, object] = {self.kind: self.name, "expr": self.expr}
        if self.for_seconds:
            found["for"] = str(units.Duration.of_seconds(self.for_seconds))
        if self.keep_seconds:
            found["keep_firing_for"] = str(units.Duration.of_seconds(self.keep_seconds))
        if self.labels:
            found["labels"] = dict(self.labels)
        if self.annotations:
            found["annotations"] = dict(self.annotations)
        return found


@dataclass(frozen=True, slots=True)
class Question:
    """A test, with the number under which the engine's answers are found.

    Attributes:
        told: the scenarios that it holds, each by the tag that ends the names of its
            alerts; an empty tag leaves names as they are.
    """

    number: int
    told: Mapping[str, scenarios.Scenario]


def alert_rule(alert: rulebook.Alert) -> ProbedRule:
    """Gives an alerting rule as it stands."""
    return ProbedRule(
        kind="alert",
        name=alert.name,
        expr=alert.expr,
        labels=alert.labels,
        annotations=alert.annotations,
        for_seconds=alert.for_seconds,
        keep_seconds=alert.keep_seconds,
    )


def record_rules(piece: slices.Slice) -> Sequence[ProbedRule]:
    """Gives the recording rules before an alert."""
    return [record_rule(record) for record in piece.records]


def record_rule(record: rulebook.Record) -> ProbedRule:
    """Gives a recording rule as it stands."""
    return ProbedRule(
        kind="record",
        name=record.name,
        expr=record.expr,
        labels=record.labels,
        annotations={},
    )


def tagged(rule: ProbedRule, tag: str) -> ProbedRule:
    """Gives an alert whose name ends in a tag; other rules stay as they are."""
    if rule.kind != "alert":
        return rule
    return dataclasses.replace(rule, name=rule.name + tag)


def render_rules(rules: Sequence[ProbedRule]) -> str:
    """Writes a rule file; JSON is YAML, and quicker to write and to read."""
    return json.dumps(rule_document(rules), ensure_ascii=False)


def rule_document(rules: Sequence[ProbedRule]) -> dict[str, object]:
    """Gives a rule file with one group."""
    group = {"name": _GROUP, "rules": [rule.document() for rule in rules]}
    return {"groups": [group]}


def quote(text: str) -> str:
    """Writes a label's text as a selector has it."""
    return printing.quote(text)


def render_questions(rule_file: str, step: float, asked: Iterable[Question]) -> str:
    """Writes a test file that asks, at every look, which alerts there are.

    Nothing is expected, so that the engine prints all that it got.
    """
    document = {
        "rule_files": [rule_file],
        "evaluation_interval": render_seconds(step),
        "tests": [_render_test(question) for question in asked],
    }
    return json.dumps(document, ensure_ascii=False)


def _render_test(question: Question) -> dict[str, object]:
    told = question.told
    first = next(iter(told.values()))
    test: dict[str, object] = {
        "name": f"#{question.number}",
        "interval": render_seconds(first.solution.slice.clocks.interval),
        "input_series": [one for each in told.values() for one in render_series(each)],
        "promql_expr_test": [
            {
                # The number makes the answer known as this test's.
                "expr": f'ALERTS{{alertname!="#{question.number}"}}',
                "eval_time": render_seconds(look),
            }
            for look in sorted({look for one in told.values() for look in one.looks})
        ],
    }
    rendered = [
        {
            "alertname": one.solution.slice.alert.name + tag,
            "eval_time": render_seconds(one.rendered),
        }
        for tag, one in told.items()
        if one.rendered is not None
    ]
    if rendered:
        test["alert_rule_test"] = rendered
    return test


def render_series(scenario: scenarios.Scenario) -> list[dict[str, str]]:
    """Gives the input series of a scenario in promtool's notation."""
    population = scenario.solution.population
    interval = scenario.solution.slice.clocks.interval
    length = int(scenario.looks[-1] / interval) + 2
    found = searching.build_courses(population, scenario.phases, interval)
    return [
        {"series": series.render(), "values": course.render(length)}
        for series, course in zip(population.series, found, strict=True)
    ]


def render_seconds(seconds: float) -> str:
    """Writes a time or a length of time."""
    return str(units.Duration.of_seconds(seconds))
