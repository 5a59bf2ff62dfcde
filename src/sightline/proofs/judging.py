"""From the engine's answers to claims that hold or do not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sightline.proofs import answers, documents, scenarios, verdicts

__all__ = ["TRUTH", "Life", "judge", "mentioned_labels", "state_losses", "truth_rules"]

TRUTH: Final = "#truth"
"""An alert with the same expression that neither waits nor keeps: what is true when."""

_MENTIONED: Final = re.compile(r"\$labels\.([A-Za-z_]\w*)|index \$labels \"(\w+)\"")
_UNFILLED: Final = ("<no value>", "<error expanding template")

_Mark = scenarios.Mark
_Claim = verdicts.Claim


def truth_rules(alert: documents.ProbedRule) -> Sequence[documents.ProbedRule]:
    """Gives the rule that tells when an alert's expression holds.

    An alert that keeps nothing is pending or firing exactly then, and needs none.
    """
    if not alert.keep_seconds:
        return ()
    return (
        documents.ProbedRule(
            kind="alert", name=TRUTH, expr=alert.expr, labels={}, annotations={}
        ),
    )


def mentioned_labels(texts: Mapping[str, str]) -> Sequence[str]:
    """Gives the labels that templates read."""
    return [
        first or second
        for text in texts.values()
        for first, second in _MENTIONED.findall(text)
    ]


def judge(
    found: Mapping[scenarios.Scenario, int], said: answers.Answers
) -> Iterator[verdicts.Finding]:
    """Gives the claims that the engine refuted, for the scenarios of one alert."""
    for scenario, number in found.items():
        if _Mark.HELD in scenario.marks:
            yield from _judge_life(scenario, number, said)
        if _Mark.ZERO in scenario.marks and Life(scenario, number, said).active_at(
            scenario.marks[_Mark.ZERO]
        ):
            yield verdicts.Finding(
                _Claim.ZERO,
                f"fires where {scenario.subject} is 0, which says that there is no "
                "limit: a division by 0 gives +Inf",
            )


def _judge_life(
    scenario: scenarios.Scenario, number: int, said: answers.Answers
) -> Iterator[verdicts.Finding]:
    life = Life(scenario, number, said)
    if scenario.solution.calm is None:
        yield from life.always()
        return
    marks = scenario.marks
    before, held, after = (
        marks[_Mark.BEFORE],
        marks[_Mark.HELD],
        marks[_Mark.AFTER],
    )
    if life.active_at(before):
        yield verdicts.Finding(_Claim.SILENT, "fires although nothing is wrong")
    if not life.firing_at(held):
        yield verdicts.Finding(
            _Claim.FIRES, "does not fire on the input that its expression asks for"
        )
        return
    if life.active_at(after):
        yield verdicts.Finding(_Claim.CLEARS, life.why_it_stays())
    yield from life.waits()
    yield from life.texts()


class Life:
    """One alert's life as the engine saw it."""

    def __init__(
        self, scenario: scenarios.Scenario, number: int, said: answers.Answers
    ) -> None:
        self.scenario, self.number, self.said = scenario, number, said
        self.alert = scenario.solution.slice.alert

    def _states(self, time: float, name: str) -> Sequence[bool]:
        seen = self.said.at(self.number, time)
        return [one.is_firing for one in seen if one.alert == name]

    def active_at(self, time: float) -> bool:
        """Whether the alert is pending or firing."""
        return bool(self._states(time, self.alert.name))

    def firing_at(self, time: float) -> bool:
        """Whether it fires."""
        return any(self._states(time, self.alert.name))

    def true_at(self, time: float) -> bool:
        """Whether its expression holds."""
        name = TRUTH if self.alert.keep_seconds else self.alert.name
        return bool(self._states(time, name))

    def always(self) -> Iterator[verdicts.Finding]:
        """Gives what is wrong with an alert that is never silent."""
        if not self.firing_at(self.scenario.marks[_Mark.HELD]):
            yield verdicts.Finding(_Claim.FIRES, "does not fire")
        elif self.scenario.solution.population.series:
            yield verdicts.Finding(
                _Claim.SILENT, "fires whatever its series do: no input silences it"
            )
        else:
            yield from self.texts()

    def why_it_stays(self) -> str:
        """Says why an alert did not clear when its cause was over."""
        names = sorted(
            {
                self.scenario.solution.population.series[index].name
                for variable in self.scenario.solution.population.variables
                if variable.role.value == "counter"
                for index in variable.series
            }
        )
        if names:
            return (
                f"does not clear when its cause is over: {', '.join(names)} is a "
                "counter, which keeps its number until its process restarts"
            )
        return "does not clear when its cause is over"

    def waits(self) -> Iterator[verdicts.Finding]:
        """Gives where `for` and `keep_firing_for` are not kept to the step."""
        end = self.scenario.marks[_Mark.AFTER]
        looks = [time for time in self.scenario.looks if time <= end]
        true = [time for time in looks if self.true_at(time)]
        firing = [time for time in looks if self.firing_at(time)]
        if not true or not firing:
            return
        step = self.scenario.step
        waited = firing[0] - true[0]
        if not self.alert.for_seconds <= waited < self.alert.for_seconds + step:
            yield verdicts.Finding(
                _Claim.WAITS,
                f"fires {waited:g} s after its expression holds, not after "
                f"{self.alert.for_seconds:g} s",
            )
        kept = firing[-1] - true[-1]
        if (
            not max(self.alert.keep_seconds - step, 0)
            <= kept
            <= self.alert.keep_seconds
        ):
            yield verdicts.Finding(
                _Claim.KEEPS,
                f"keeps firing for {kept:g} s, not for {self.alert.keep_seconds:g} s",
            )

    def texts(self) -> Iterator[verdicts.Finding]:
        """Gives what is wrong with the labels and texts as they would be sent."""
        notices = self.said.notices.get(self.number, ())
        if not self.alert.annotations:
            yield verdicts.Finding(
                _Claim.TEXTS,
                "says nothing: it has no annotations, so the page is blank",
            )
        for notice in notices[:1]:
            reads = {
                name: [
                    n for n in mentioned_labels({"": text}) if not notice.labels.get(n)
                ]
                for name, text in self.alert.annotations.items()
            }
            for name, missing in reads.items():
                if missing:
                    yield verdicts.Finding(
                        _Claim.TEXTS,
                        f"{name} reads the label {missing[0]!r}, which the alert does "
                        f"not have: it says {notice.annotations.get(name, '')!r}",
                    )
            texts = {**notice.labels, **notice.annotations}
            for name, text in texts.items():
                if any(mark in text for mark in _UNFILLED):
                    yield verdicts.Finding(
                        _Claim.TEXTS, f"{name} is not filled: {text!r}"
                    )


def state_losses(
    found: Mapping[scenarios.Scenario, int], said: answers.Answers
) -> Iterator[tuple[str, str]]:
    """Gives what the alert does when its series are late, lost, or begin anew."""
    for scenario, number in found.items():
        life, marks = Life(scenario, number, said), scenario.marks
        if _Mark.RESTARTED in marks:
            fired = any(
                life.active_at(marks[mark]) for mark in (_Mark.RESTARTED, _Mark.SETTLED)
            )
            yield "process restarted", "fires" if fired else "silent"
        if _Mark.GAP_OVER in marks:
            kept = life.firing_at(marks[_Mark.GAP_OVER])
            yield "two scrapes lost", "keeps firing" if kept else "stops"
            kept = life.firing_at(marks[_Mark.LOST])
            yield "series lost while firing", "fires" if kept else "falls silent"
            fired = life.active_at(marks[_Mark.NOTHING])
            yield "no series at all", "fires" if fired else "silent"
