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


@dataclass(slots=True)
class Answers:
    """All that was said in some runs.

    Attributes:
        seen: by question and time in seconds; without an entry there was no alert.
        notices: by question.
        refused: by rule, why the engine could not evaluate it.
        complaints: what else it said.
    """

    seen: dict[int, dict[float, frozenset[Instance]]] = field(default_factory=dict)
    notices: dict[int, Sequence[Notice]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

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
                found = frozenset(_read_instances(got))
                self.seen.setdefault(int(asked["number"]), {})[time] = found
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
        self, number: int, alert: str, time: float, notices: Sequence[Notice]
    ) -> None:
        found = self.seen.setdefault(number, {}).get(time, frozenset())
        fired = {
            Instance(
                alert,
                is_firing=True,
                labels=frozenset(
                    item for item in one.labels.items() if item[0] != "alertname"
                ),
            )
            for one in notices
        }
        self.seen[number][time] = found | fired
        if notices and not alert.startswith("#"):
            self.notices.setdefault(number, notices)


def _trim(time: str) -> str:
    """Gives a duration as Go writes it (`50m0s`, `1h0m0s`) without its nothings."""
    return re.sub(r"(?<![0-9])0[hms]", "", time) or "0s"


def read_answers(outputs: Sequence[str]) -> Answers:
    """Gives what was said in some runs."""
    answers = Answers()
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
