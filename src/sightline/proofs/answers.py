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
_RULE_ERROR: Final = re.compile(
    r"^\s*rule: (?P<rule>.*?), time: \w+, err: (?P<reason>.*)$"
)
_NAME: Final = re.compile(r"^    name: #(?P<number>\d+),$")


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
        lines = output.splitlines()
        for index, line in enumerate(lines):
            if (asked := _QUESTION.match(line)) is not None:
                got = lines[index + 2] if index + 2 < len(lines) else ""
                time = units.Duration.parse(asked["time"]).seconds
                found = frozenset(_read_instances(got))
                self.seen.setdefault(int(asked["number"]), {})[time] = found
            elif (named := _NAME.match(line)) is not None:
                self.notices[int(named["number"])] = tuple(
                    _read_notices(lines[index + 1 :])
                )
            elif (refusal := _RULE_ERROR.match(line)) is not None:
                self.refused.setdefault(refusal["rule"], refusal["reason"])
            elif "err:" in line or "error" in line:
                self.complaints.append(line.strip())


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
        elif text == "]" or text.startswith(("name:", "expr:")):
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
