"""Scenarios with what they showed, as test files that a team can keep."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import yaml

from sightline.proofs import answers, documents, proving, scenarios

__all__ = ["Kept", "keep"]

_Mark = scenarios.Mark

_WHOLE: Final = (_Mark.BEFORE, _Mark.HELD, _Mark.AFTER, _Mark.NOTHING)
"""The moments at which the whole alert is expected, and no half of it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One file: its path in the folder, and its text."""

    path: str
    text: str


def keep(
    case: proving.Case,
    said: answers.Answers,
    numbers: Mapping[scenarios.Scenario, int],
    *,
    has_alerts_series: bool = True,
) -> Iterator[Kept]:
    """Gives the rules of an alert and a test file for each evaluation interval.

    Args:
        case: the alert and its scenarios.
        said: what the engine answered.
        numbers: under which numbers.
        has_alerts_series: also expect what the series `ALERTS` says at boundaries;
            not every engine has it in its tests.
    """
    if case.piece is None or case.solution is None:
        return
    stem = f"{case.number:03d}-{case.alert.name}"
    rules = (*documents.record_rules(case.piece), documents.alert_rule(case.alert))
    yield Kept(f"rules/{stem}.yml", _dump(documents.rule_document(rules)))
    by_step: dict[float, list[scenarios.Scenario]] = {}
    for scenario in case.put_through:
        by_step.setdefault(scenario.step, []).append(scenario)
    for part, (step, found) in enumerate(by_step.items(), 1):
        tests = [
            _render(one, numbers[one], said, has_alerts_series=has_alerts_series)
            for one in found
        ]
        document = {
            "rule_files": [f"rules/{stem}.yml"],
            "evaluation_interval": documents.render_seconds(step),
            "tests": [test for test in tests if len(test) > 3],  # noqa: PLR2004 - name, interval, series and an expectation
        }
        if document["tests"]:
            yield Kept(f"{stem}-{part}.test.yml", _dump(document))


def _dump(document: object) -> str:
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=10_000)


def _render(
    scenario: scenarios.Scenario,
    number: int,
    said: answers.Answers,
    *,
    has_alerts_series: bool,
) -> dict[str, object]:
    test: dict[str, object] = {
        "name": scenario.name,
        "interval": documents.render_seconds(scenario.solution.slice.clocks.interval),
        "input_series": documents.render_series(scenario),
    }
    alert = scenario.solution.slice.alert
    whole = [
        {
            "eval_time": documents.render_seconds(scenario.marks[mark]),
            "alertname": alert.name,
            "exp_alerts": list(_expected(said, number, mark)),
        }
        for mark in _WHOLE
        if mark in scenario.marks and _is_whole(said, number, scenario, mark)
    ]
    if whole:
        test["alert_rule_test"] = whole
    if has_alerts_series:
        test["promql_expr_test"] = [
            {
                "eval_time": documents.render_seconds(time),
                "expr": f'ALERTS{{alertname="{alert.name}"}}',
                "exp_samples": list(_samples(said.at(number, time), alert.name)),
            }
            for mark, time in scenario.marks.items()
        ]
    return test


def _expected(said: answers.Answers, number: int, mark: _Mark) -> Iterator[object]:
    for notice in said.notices.get(number, ()) if mark is _Mark.HELD else ():
        labels = {k: v for k, v in notice.labels.items() if k != "alertname"}
        yield {"exp_labels": labels, "exp_annotations": dict(notice.annotations)}


def _is_whole(
    said: answers.Answers, number: int, scenario: scenarios.Scenario, mark: _Mark
) -> bool:
    """Whether all is known of a moment's alerts: their texts, or that none fires."""
    if mark is _Mark.HELD:
        return bool(said.notices.get(number))
    seen = said.at(number, scenario.marks[mark])
    return not any(one.is_firing for one in seen)


def _samples(
    found: Iterable[answers.Instance], name: str
) -> Iterator[Mapping[str, object]]:
    for one in _sorted([one for one in found if one.alert == name]):
        state = "firing" if one.is_firing else "pending"
        labels = {"alertname": name, "alertstate": state, **dict(one.labels)}
        texts = ", ".join(
            f"{label}={documents.quote(text)}" for label, text in sorted(labels.items())
        )
        yield {"labels": f"ALERTS{{{texts}}}", "value": 1}


def _sorted(found: Sequence[answers.Instance]) -> Sequence[answers.Instance]:
    return sorted(found, key=lambda one: (one.alert, sorted(one.labels)))
