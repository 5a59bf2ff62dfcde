"""What the engine said: the alerts at every look, their texts, and what it refused."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sightline.model import units

__all__ = ["Answers", "Instance", "Notice", "read_answers"]

_QUESTION: Final = re.compile(
    r'^    expr: "ALERTS\{alertname!=\\"#(?P<number>\d+)\\"\}", time: (?P<time>\w+),$'
)
_SAMPLE: Final = re.compile(r"\{(?P<labels>(?:[^\"{}]|\"(?:[^\"\\]|\\.)*\")*)\}")
_PAIR: Final = re.compile(r'([A-Za-z_][\w]*|"(?:[^"\\]|\\.)*")="((?:[^"\\]|\\.)*)"')
_ESCAPE: Final = re.compile(r"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|.)")
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
_REFUSAL: Final = re.compile(
    r'^(?:\s*rule: |\S.*: \d+:\d+: group ".*?", rule \d+, ")(?P<rule>.*?)'
    r'(?:, time: \w+, err|"): (?P<reason>.*)$'
)
"""Of a rule that cannot be evaluated, or of one that cannot be read."""
_NAME: Final = re.compile(r"^\s*(?:name|testGroupName): #(?P<number>\d+),$")
_ASKED: Final = re.compile(
    r"^\s*(?:groupname: \S+, )?alertname: (?P<alert>.*?), time: (?P<time>\w+),\s*$"
)


@dataclass(frozen=True, slots=True)
class Instance:
    """An alert with its labels, pending or firing.

    Attributes:
        labels: without the alert's name.
    """

    alert: str
    is_firing: bool
    labels: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Notice:
    """An alert as it would be sent."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]


Tags = Mapping[int, Mapping[str, int]]
"""The numbers of scenarios, by the number of the test that they share and their tag."""


@dataclass(slots=True)
class Answers:
    """All that was said in some runs.

    Attributes:
        seen: by scenario and time in seconds; without an entry there was no alert.
        notices: by scenario.
        refused: by rule, why the engine could not evaluate it.
        aborted: by scenario, why the engine gave it up.
        complaints: what else it said.
    """

    seen: dict[int, dict[float, frozenset[Instance]]] = field(default_factory=dict)
    notices: dict[int, Sequence[Notice]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    aborted: dict[int, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    _tags: Tags = field(default_factory=dict)

    def at(self, number: int, time: float) -> frozenset[Instance]:
        """Gives the alerts of a question at a time."""
        return self.seen.get(number, {}).get(round(time, 3), frozenset())

    def add(self, output: str) -> None:
        """Takes the output of one run."""
        lines, number = output.splitlines(), 0
        for index, line in enumerate(lines):
            if (asked := _QUESTION.match(line)) is not None:
                got = lines[index + 2] if index + 2 < len(lines) else ""
                time = units.Duration.parse(asked["time"]).seconds
                for one in _read_instances(got):
                    self._see(int(asked["number"]), time, one)
            elif (named := _NAME.match(line)) is not None:
                number = int(named["number"])
            elif (alert := _ASKED.match(line)) is not None:
                notices = tuple(_read_notices(lines[index + 1 :]))
                time = units.Duration.parse(_trim(alert["time"])).seconds
                self._fire(number, alert["alert"], time, notices)
            elif (refusal := _REFUSAL.match(line)) is not None:
                self.refused.setdefault(refusal["rule"], refusal["reason"])
            elif "err:" in line or "error" in line:
                self.complaints.append(line.strip())

    def _fire(
        self, question: int, alert: str, time: float, notices: Sequence[Notice]
    ) -> None:
        for one in notices:
            labels = dict(one.labels)
            labels.pop("alertname", None)
            fired = Instance(alert, is_firing=True, labels=frozenset(labels.items()))
            self._see(question, time, fired)
        name, number = self._whose(question, alert)
        if notices and not name.startswith("#"):
            told = [
                Notice({**one.labels, "alertname": name}, one.annotations)
                for one in notices
            ]
            self.notices.setdefault(number, tuple(told))

    def _see(self, question: int, time: float, one: Instance) -> None:
        name, number = self._whose(question, one.alert)
        times = self.seen.setdefault(number, {})
        named = Instance(name, one.is_firing, one.labels)
        times[time] = times.get(time, frozenset()) | {named}

    def _whose(self, question: int, alert: str) -> tuple[str, int]:
        """Gives the name of an alert without its tag, and the scenario's number."""
        name, sign, tag = alert.rpartition("#")
        number = self._tags.get(question, {}).get(sign + tag)
        return (alert, question) if number is None else (name, number)


def _trim(time: str) -> str:
    """Gives a duration as Go writes it (`50m0s`, `1h0m0s`) without its nothings."""
    return re.sub(r"(?<![0-9])0[hms]", "", time) or "0s"


def read_answers(outputs: Sequence[str], tags: Tags | None = None) -> Answers:
    """Gives what was said in some runs.

    Args:
        outputs: what the engine printed.
        tags: which scenarios shared which test; without, each had one of its own.
    """
    answers = Answers(_tags=tags or {})
    for output in outputs:
        answers.add(output)
    return answers


def _read_instances(line: str) -> Iterator[Instance]:
    for match in _SAMPLE.finditer(line):
        labels = dict(_read_pairs(match["labels"]))
        labels.pop("__name__", None)
        yield Instance(
            labels.pop("alertname", ""),
            labels.pop("alertstate", "") == "firing",
            frozenset(labels.items()),
        )


def _read_notices(lines: Sequence[str]) -> Iterator[Notice]:
    labels: Mapping[str, str] = {}
    for line in lines:
        text = line.strip()
        if text.startswith("Labels:"):
            labels = dict(_read_pairs(text))
        elif text.startswith("Annotations:"):
            yield Notice(labels, dict(_read_pairs(text)))
        elif text.startswith(("]", "name:", "expr:", "testGroupName:", "groupname:")):
            return


def _read_pairs(text: str) -> Iterator[tuple[str, str]]:
    for name, value in _PAIR.findall(text):
        yield _unquote(name.strip('"')), _unquote(value)


def _unquote(text: str) -> str:
    def replace(match: re.Match[str]) -> str:
        code = match[1]
        if len(code) > 1:
            return chr(int(code[1:], 16))
        return _ESCAPED.get(code, code)

    return _ESCAPE.sub(replace, text)
